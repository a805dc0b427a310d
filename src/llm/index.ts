/** Language models: Ollama, any OpenAI-compatible server, and the client's own; for vectors and for answers in a shape. */
export { openEmbedder } from "./open-embedder.ts";
export { type OpenModelOptions, openModel } from "./open-model.ts";
export type { OpenedEmbedder, OpenOptions } from "./open-options.ts";
export { type Sample, samplingModel } from "./sampling-model.ts";
