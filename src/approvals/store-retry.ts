import { isPreloopError, type RetryOptions } from "#base";

const DELAYS_MS = [100, 500, 2_000] as const;

/** Retry of a step that may be repeated while the store is away for a moment; `store_unavailable` when it stays away. */
export const STORE_RETRY: RetryOptions = {
  attempts: DELAYS_MS.length + 1,
  delayMs: (error, attempt) =>
    isPreloopError(error, "store_unavailable") ? DELAYS_MS[attempt - 1] : undefined,
};
