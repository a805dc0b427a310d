import { type Clock, type Log, systemClock } from "#base";
import type { Embedder } from "#model";
import type { Fetch } from "./http/json-fetch.ts";

/** Options of opening a model, besides the config. */
export interface OpenOptions {
  /** OLLAMA_HOST. */
  readonly ollamaHost?: string | undefined;
  readonly fetch?: Fetch;
  readonly log: Log;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  /** The first pause before a busy server is asked again. */
  readonly pauseMs?: number;
}

/** Embedder that was opened. Without one the built-in serves; the note says why, where people should know. */
export interface OpenedEmbedder {
  readonly embedder?: Embedder;
  readonly note?: string;
}

/** Options with every default in place. */
export type ResolvedOpenOptions = OpenOptions & Required<Pick<OpenOptions, "fetch" | "clock" | "pauseMs">>;

export const OLLAMA_DEFAULT = "http://127.0.0.1:11434";

export function withDefaults(options: OpenOptions): ResolvedOpenOptions {
  return { fetch: globalThis.fetch, clock: systemClock, pauseMs: 500, ...options };
}
