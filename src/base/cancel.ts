/**
 * Tells that somebody gave up. Any AbortSignal is one; a call gets ours, because a real one costs more than all the rest
 * that is made for it.
 */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void, options?: { readonly once: boolean }): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export interface Canceller {
  readonly signal: CancelSignal;
  /** Tells everybody who listens, once. @throws what the first of them threw, when all have heard */
  cancel(): void;
}

export function createCanceller(): Canceller {
  const listeners = new Set<() => void>();
  let aborted = false;
  return {
    signal: {
      get aborted() {
        return aborted;
      },
      addEventListener(_, listener) {
        if (!aborted) listeners.add(listener);
      },
      removeEventListener(_, listener) {
        listeners.delete(listener);
      },
    },
    cancel() {
      if (aborted) return;
      aborted = true;
      const told = [...listeners];
      listeners.clear();
      const thrown: unknown[] = [];
      for (const listener of told) {
        try {
          listener();
        } catch (error) {
          thrown.push(error);
        }
      }
      if (thrown.length > 0) throw thrown[0];
    },
  };
}

/** The same news as the platform's own signal, for timers, fetches and queries that take no other. */
export function abortSignalOf(signal: CancelSignal): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  const abort = new AbortController();
  if (signal.aborted) abort.abort();
  else signal.addEventListener("abort", () => abort.abort(), { once: true });
  return abort.signal;
}
