/** Lease that is renewed by itself for as long as the work under it goes on. */
export interface KeptLease {
  /** Aborted when another has taken over, when the caller's signal aborts, and when it is let go. */
  readonly signal: AbortSignal;
  /** True when another has taken over. */
  isLost(): boolean;
  /** Renews it no more. The row is still leased until it is released, or runs out. */
  letGo(): void;
}

/** Options of keeping a lease. */
export interface KeepLeaseOptions {
  /** How long it holds without a renewal; it is renewed four times as often. */
  readonly forMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Renews a lease again and again; `renew` says whether it is still the caller's. */
export function keepLease(
  renew: () => Promise<boolean>,
  { forMs, signal: outer }: KeepLeaseOptions,
): KeptLease {
  const inner = new AbortController();
  let isLost = false;
  const follow = () => inner.abort();
  if (outer?.aborted) inner.abort();
  outer?.addEventListener("abort", follow, { once: true });
  const lookAt = (isOurs: boolean) => {
    if (isOurs) return;
    isLost = true;
    inner.abort();
  };
  const heartbeat = setInterval(() => {
    // A store that cannot be reached now is the news of whatever is written next.
    renew().then(lookAt, () => {});
  }, forMs / 4);
  return {
    signal: inner.signal,
    isLost: () => isLost,
    letGo() {
      clearInterval(heartbeat);
      inner.abort(); // what was asked for ahead is wanted no more
      outer?.removeEventListener("abort", follow);
    },
  };
}
