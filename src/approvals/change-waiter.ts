import { type CancelSignal, createWaiter } from "#base";
import { APPROVAL_CHANNEL, type Db } from "#store";

/** Wake-ups for those who wait for one approval, all over one LISTEN. */
export interface ChangeWaiter {
  /** Registers a waiter; call before looking at the row, or a change in between is missed. */
  on(id: string): ChangeSubscription;
  close(): Promise<void>;
}

/** Registration of one that waits for changes of one approval. */
export interface ChangeSubscription {
  /** Resolves at the next change since the last call, after `timeoutMs`, or when the signal aborts. */
  next(timeoutMs: number, signal: CancelSignal): Promise<void>;
  off(): void;
}

export function createChangeWaiter(db: Db): ChangeWaiter {
  const rings = new Map<string, Set<() => void>>();
  let stop: Promise<() => Promise<void>> | undefined;

  function ring(id: string | undefined): void {
    const ids = id === undefined ? [...rings.keys()] : [id];
    for (const waiting of ids) for (const wake of rings.get(waiting) ?? []) wake();
  }

  // Without LISTEN the poll still works, so a store that cannot be listened to now is tried again by the next waiter.
  function listen(): void {
    stop ??= db.listen(APPROVAL_CHANNEL, ring);
    stop.catch(() => {
      stop = undefined;
    });
  }

  return {
    on(id) {
      listen();
      const waiter = createWaiter();
      const group = rings.get(id) ?? new Set();
      rings.set(id, group.add(waiter.notify));
      const off = () => {
        group.delete(waiter.notify);
        if (group.size === 0 && rings.get(id) === group) rings.delete(id);
      };
      return { next: waiter.wait, off };
    },
    async close() {
      const stopping = await stop?.catch(() => undefined);
      await stopping?.();
    },
  };
}
