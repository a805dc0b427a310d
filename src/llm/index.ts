/** Language models: Ollama, any OpenAI-compatible server, and the client's own; for vectors and for answers in a shape. */

export { type Sample, samplingModel } from "./answer/sampling-model.ts";
export { openEmbedder } from "./open-embedder.ts";
export { type OpenModelOptions, openModel } from "./open-model.ts";
export type { OpenedEmbedder, OpenOptions } from "./open-options.ts";
