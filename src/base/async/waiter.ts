import type { CancelSignal } from "../cancel.ts";

/** Event that resets itself: one loop sleeps until something changes, and misses no change that comes while it works. */
export interface Waiter {
  notify(): void;
  /** Resolves at the first `notify` since the last wait, after `timeoutMs`, or when the signal aborts; never rejects. */
  wait(timeoutMs: number, signal?: CancelSignal): Promise<void>;
}

/** A waiter that nobody has notified yet. */
export function createWaiter(): Waiter {
  let isNotified = false;
  let wake: (() => void) | undefined;

  function sleep(timeoutMs: number, signal: CancelSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        wake = undefined;
        resolve();
      };
      const timer = setTimeout(end, timeoutMs);
      signal?.addEventListener("abort", end, { once: true });
      wake = end;
    });
  }

  return {
    notify() {
      isNotified = true;
      wake?.();
    },
    async wait(timeoutMs, signal) {
      if (!isNotified && !signal?.aborted) await sleep(timeoutMs, signal);
      isNotified = false;
    },
  };
}
