import type { Json, JsonObject } from "#base";

/** One vector space. Vectors of two spaces are never compared; anything that would move a vector is a new space. */
export interface Space {
  /** `builtin/2/1024`, `ollama/nomic-embed-text@0a109f42/768/p1`: model, its digest, dimensions, prefix version. */
  readonly id: string;
  readonly dimensions: number;
}

/** Turns texts into unit vectors of one space. */
export interface Embedder {
  readonly space: Space;
  /** In the order given; texts are cut to what the model takes. @throws model_failed */
  embedDocuments(texts: readonly EmbeddableText[], signal?: AbortSignal): Promise<Float32Array[]>;
  embedQuery(text: EmbeddableText, signal?: AbortSignal): Promise<Float32Array>;
}

/** Title and body apart, since models and the built-in embedding weigh them apart. */
export interface EmbeddableText {
  readonly title: string;
  readonly body: string;
}

/** A language model that answers in a shape. */
export interface LanguageModel {
  /** `ollama/qwen3@…`, `openai/gpt-…`, `client/…`; results are kept by it. */
  readonly id: string;
  /**
   * Answers as JSON of the schema. Outside text belongs in `data`, never in `task`: it is quoted and labelled as data.
   * @throws model_failed when the model cannot be reached or its answer has not the shape after one more try
   */
  answer(question: ModelQuestion, signal?: AbortSignal): Promise<Json>;
}

export interface ModelQuestion {
  /** What to do, in our words alone. */
  readonly task: string;
  /** Untrusted texts by name: an issue's title, its body. */
  readonly data: Readonly<Record<string, string>>;
  /** JSON Schema of the answer. */
  readonly schema: JsonObject;
  readonly maxTokens?: number;
}
