/** A signal that follows others until it is released. AbortSignal.any would hold on to a long-lived one in Node 20. */
export function linkSignals(signals: readonly AbortSignal[]): {
  readonly signal: AbortSignal;
  abort(): void;
  release(): void;
} {
  const controller = new AbortController();
  const follow = (event: Event) => controller.abort((event.target as AbortSignal).reason);
  for (const signal of signals) {
    if (signal.aborted) controller.abort(signal.reason);
    else signal.addEventListener("abort", follow, { once: true });
  }
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    release: () => {
      for (const signal of signals) signal.removeEventListener("abort", follow);
    },
  };
}
