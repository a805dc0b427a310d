import { setTimeout as sleep } from "node:timers/promises";

/** Options of a retry: how often at most, and how long to wait before each new attempt. */
export interface RetryOptions {
  /** Attempts in all, the first included. */
  readonly attempts: number;
  /** Milliseconds from attempt number `attempt`, counted from 1, to the next; undefined when another is of no use. */
  readonly delayMs: (error: unknown, attempt: number) => number | undefined;
  /** Ends the wait between two attempts. */
  readonly signal?: AbortSignal | undefined;
}

/** Repeats work that may be repeated; rejects with the last attempt's error, or when the signal ends a wait. */
export async function withRetry<T>(work: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts, delayMs, signal } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const waitMs = attempt < attempts ? delayMs(error, attempt) : undefined;
      if (waitMs === undefined) throw error;
      if (waitMs > 0) await sleep(waitMs, undefined, signal ? { signal } : {});
    }
  }
}
