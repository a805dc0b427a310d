import { withRetry } from "#base";
import { isRefusal } from "../failure.ts";

const ATTEMPTS = 4;
const MAX_WAIT_MS = 20_000;

/** Asks again when the server says that it is busy (429, 503); for questions that change nothing. */
export async function retryWhenBusy<T>(
  ask: () => Promise<T>,
  { pauseMs, signal }: { readonly pauseMs: number; readonly signal?: AbortSignal | undefined },
): Promise<T> {
  const delayMs = (error: unknown, attempt: number) => {
    if (!isRefusal(error, 429, 503)) return undefined;
    const waitMs = error.retryAfterMs ?? pauseMs * 2 ** (attempt - 1);
    return waitMs > MAX_WAIT_MS ? undefined : waitMs;
  };
  return withRetry(ask, { attempts: ATTEMPTS, delayMs, signal });
}
