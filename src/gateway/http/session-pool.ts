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

export function createSessionPool<G extends PooledSession>(options: SessionPoolOptions): SessionPool<G> {
  const { idleMs, max, each = Math.ceil(max / 2), onClosed } = options;
  // In the order of last use, the longest unused first.
  const slots = new Map<string, Slot<G>>();
  const closing = new Set<Promise<void>>();

  function lease(key: string, slot: Slot<G>): Promise<SessionLease<G>> {
    slots.delete(key);
    slots.set(key, slot);
    clearTimeout(slot.timer);
    slot.leases++;
    slot.uses++;
    let isOver = false;
    const release = () => {
      if (isOver) return;
      isOver = true;
      if (--slot.leases > 0 || slots.get(key) !== slot) return;
      wait();
    };
    const wait = () => {
      slot.timer = setTimeout(() => (slot.pooled?.isBusy?.() ? wait() : end(key)), idleMs);
      slot.timer.unref();
    };
    return slot.opened.then(
      (pooled) => {
        slot.pooled = pooled;
        return { pooled, release };
      },
      (error) => {
        if (slots.get(key) === slot) slots.delete(key);
        throw error;
      },
    );
  }

  function makeRoom(newcomer: SessionOwner): void {
    const counted = [...slots.values()].map((slot) => ({
      ...slot,
      isIdle: slot.leases === 0 && !slot.pooled?.isBusy?.(),
    }));
    const evicted = evictionFor(counted, newcomer, { max, each });
    if (evicted) end(evicted.key);
  }

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

  return {
    acquire(key) {
      const slot = slots.get(key);
      return slot && lease(key, slot);
    },
    async acquireOrOpen(key, owner, open) {
      let slot = slots.get(key);
      if (!slot) {
        makeRoom(owner);
        slot = { key, owner, opened: open(), pooled: undefined, leases: 0, uses: 0, timer: undefined };
        slots.set(key, slot);
      }
      return lease(key, slot);
    },
    end,
    async close() {
      for (const key of [...slots.keys()]) end(key);
      await Promise.all(closing);
    },
  };
}
