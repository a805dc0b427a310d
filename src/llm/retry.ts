import { setTimeout as sleep } from "node:timers/promises";
import { isRefusal } from "./failure.ts";

const ATTEMPTS = 4;
const MAX_WAIT_MS = 20_000;

/** Asks again when the server says that it is busy (429, 503); for questions that change nothing. */
export async function retryWhenBusy<T>(
  ask: () => Promise<T>,
  { pauseMs, signal }: { readonly pauseMs: number; readonly signal?: AbortSignal | undefined },
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (attempt === ATTEMPTS || !isRefusal(error, 429, 503)) throw error;
      const wait = error.retryAfterMs ?? pauseMs * 2 ** (attempt - 1);
      if (wait > MAX_WAIT_MS) throw error;
      await sleep(wait, undefined, signal ? { signal } : {});
    }
  }
}
