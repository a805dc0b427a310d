import { APPROVAL_CHANNEL, type Db } from "#store";

/** Waiter for changes of approvals: wakes those who wait for one, all over one LISTEN. */
export interface ChangeWaiter {
  /** Registers a waiter; call before reading the row, or a change in between is missed. */
  on(id: string): ChangeWait;
  close(): Promise<void>;
}

export interface ChangeWait {
  /** Resolves at the next change of the approval since the last call, after `ms`, or when the signal aborts. */
  next(ms: number, signal: AbortSignal): Promise<void>;
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
      rings.set(id, group.add(waiter.ring));
      const off = () => {
        group.delete(waiter.ring);
        if (group.size === 0 && rings.get(id) === group) rings.delete(id);
      };
      return { next: waiter.next, off };
    },
    async close() {
      const stopping = await stop?.catch(() => undefined);
      await stopping?.();
    },
  };
}

function createWaiter() {
  let hasRung = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      hasRung = true;
      wake?.();
    },
    async next(ms: number, signal: AbortSignal): Promise<void> {
      if (!hasRung && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            signal.removeEventListener("abort", wake!);
            resolve();
          };
          signal.addEventListener("abort", wake, { once: true });
        });
        if (wake) signal.removeEventListener("abort", wake);
        wake = undefined;
      }
      hasRung = false;
    },
  };
}
