import { type Clock, type Log, systemClock } from "#base";
import type { Fetch } from "./polite-fetch.ts";

/** What opening a model needs besides the config. */
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

/** The same with every default in place. */
export type Opening = OpenOptions & Required<Pick<OpenOptions, "fetch" | "clock" | "pauseMs">>;

export const OLLAMA_DEFAULT = "http://127.0.0.1:11434";

export function withDefaults(options: OpenOptions): Opening {
  return { fetch: globalThis.fetch, clock: systemClock, pauseMs: 500, ...options };
}
