import { evictionFor, type SessionOwner } from "./fair-share.ts";

/** A session kept between a client's HTTP requests. */
export interface PooledSession {
  /** True while something goes on in it that nobody's request waits for, or a person is to decide. */
  isBusy?(): boolean;
  close(): Promise<void>;
}

/** The sessions of an HTTP endpoint, by key; one that nobody uses for a while is closed. */
export interface SessionPool<G extends PooledSession> {
  /** A lease of a session that exists. The caller calls `release` when its request is over. */
  acquire(key: string): Promise<SessionLease<G>> | undefined;
  /** A lease of a session, opened first when there is none. @throws sessions_full */
  acquireOrOpen(key: string, owner: SessionOwner, open: () => Promise<G>): Promise<SessionLease<G>>;
  /** Closes one session; false when there is none. */
  end(key: string): boolean;
  close(): Promise<void>;
}

/** A lease of a session, for as long as one request takes. */
export interface SessionLease<G extends PooledSession> {
  readonly pooled: G;
  release(): void;
}

/** The bounds of a pool. */
export interface SessionPoolOptions {
  /** How long a session without an open request is kept. */
  readonly idleMs: number;
  /** Each session starts the servers anew, so their number is limited; idle ones make room, by fair shares. */
  readonly max: number;
  /** How many of them one owner may have; half of all without it. */
  readonly each?: number;
  readonly onClosed?: (error: unknown) => void;
}

interface Slot<G> {
  readonly key: string;
  readonly owner: SessionOwner;
  readonly opened: Promise<G>;
  pooled: G | undefined;
  leases: number;
  uses: number;
  timer: NodeJS.Timeout | undefined;
}

/** A pool without sessions. */
export function createSessionPool<G extends PooledSession>(options: SessionPoolOptions): SessionPool<G> {
  const { max, each = Math.ceil(max / 2) } = options;
  const slots = createSlots<G>(options);
  return {
    acquire(key) {
      const slot = slots.get(key);
      return slot && slots.lease(slot);
    },
    async acquireOrOpen(key, owner, open) {
      const known = slots.get(key);
      if (known) return slots.lease(known);
      const evicted = evictionFor(slots.counted(), owner, { max, each });
      if (evicted) slots.end(evicted.key);
      return slots.lease({
        key,
        owner,
        opened: open(),
        pooled: undefined,
        leases: 0,
        uses: 0,
        timer: undefined,
      });
    },
    end: slots.end,
    close: slots.close,
  };
}

/** The slots of a pool, in the order of last use, the longest unused first. */
function createSlots<G extends PooledSession>({ idleMs, onClosed }: SessionPoolOptions) {
  const slots = new Map<string, Slot<G>>();
  const closing = new Set<Promise<void>>();

  function end(key: string): boolean {
    const slot = slots.get(key);
    if (!slot) return false;
    slots.delete(key);
    clearTimeout(slot.timer);
    const closed: Promise<void> = slot.opened
      .then((pooled) => pooled.close())
      .catch((error) => onClosed?.(error))
      .finally(() => closing.delete(closed));
    closing.add(closed);
    return true;
  }
  function endWhenIdle(slot: Slot<G>): void {
    slot.timer = setTimeout(() => (slot.pooled?.isBusy?.() ? endWhenIdle(slot) : end(slot.key)), idleMs);
    slot.timer.unref();
  }
  function releaseOnce(slot: Slot<G>): () => void {
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--slot.leases === 0 && slots.get(slot.key) === slot) endWhenIdle(slot);
    };
  }

  return {
    get: (key: string) => slots.get(key),
    end,
    counted: () =>
      [...slots.values()].map((slot) => ({
        ...slot,
        isIdle: slot.leases === 0 && !slot.pooled?.isBusy?.(),
      })),
    lease(slot: Slot<G>): Promise<SessionLease<G>> {
      slots.delete(slot.key);
      slots.set(slot.key, slot);
      clearTimeout(slot.timer);
      slot.leases++;
      slot.uses++;
      const release = releaseOnce(slot);
      return slot.opened.then(
        (pooled) => {
          slot.pooled = pooled;
          return { pooled, release };
        },
        (error) => {
          if (slots.get(slot.key) === slot) slots.delete(slot.key);
          throw error;
        },
      );
    },
    async close(): Promise<void> {
      for (const key of [...slots.keys()]) end(key);
      await Promise.all(closing);
    },
  };
}
