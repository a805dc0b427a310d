import { type Holder, leaverFor } from "./fair-share.ts";

/** What is kept of a client between its HTTP requests. */
export interface Guest {
  /** True while something goes on in it that nobody's request waits for, or a person is to decide. */
  isBusy?(): boolean;
  close(): Promise<void>;
}

/** The sessions of an HTTP face, by key; one that nobody uses for a while is closed. */
export interface Guests<G extends Guest> {
  /** Enters a session that exists. The caller calls `leave` when its request is over. */
  enter(key: string): Promise<Visit<G>> | undefined;
  /** Enters a session, opening it first when there is none. @throws sessions_full */
  enterOrOpen(key: string, holder: Holder, open: () => Promise<G>): Promise<Visit<G>>;
  /** Closes one session; false when there is none. */
  end(key: string): boolean;
  close(): Promise<void>;
}

/** One request's stay in a session. */
export interface Visit<G extends Guest> {
  readonly guest: G;
  leave(): void;
}

export interface GuestsOptions {
  /** How long a session without an open request is kept. */
  readonly idleMs: number;
  /** Each session starts the servers anew, so their number is limited; idle ones make room, by fair shares. */
  readonly max: number;
  /** How many of them one holder may have; half of all without it. */
  readonly each?: number;
  readonly onClosed?: (error: unknown) => void;
}

interface Room<G> {
  readonly key: string;
  readonly holder: Holder;
  readonly opened: Promise<G>;
  guest: G | undefined;
  visits: number;
  uses: number;
  timer: NodeJS.Timeout | undefined;
}

export function createGuests<G extends Guest>(options: GuestsOptions): Guests<G> {
  const { idleMs, max, each = Math.ceil(max / 2), onClosed } = options;
  // In the order of last use, the longest unused first.
  const rooms = new Map<string, Room<G>>();
  const closing = new Set<Promise<void>>();

  function visit(key: string, room: Room<G>): Promise<Visit<G>> {
    rooms.delete(key);
    rooms.set(key, room);
    clearTimeout(room.timer);
    room.visits++;
    room.uses++;
    let isOver = false;
    const leave = () => {
      if (isOver) return;
      isOver = true;
      if (--room.visits > 0 || rooms.get(key) !== room) return;
      wait();
    };
    const wait = () => {
      room.timer = setTimeout(() => (room.guest?.isBusy?.() ? wait() : end(key)), idleMs);
      room.timer.unref();
    };
    return room.opened.then(
      (guest) => {
        room.guest = guest;
        return { guest, leave };
      },
      (error) => {
        if (rooms.get(key) === room) rooms.delete(key);
        throw error;
      },
    );
  }

  function makeRoom(newcomer: Holder): void {
    const held = [...rooms.values()].map((room) => ({
      ...room,
      isIdle: room.visits === 0 && !room.guest?.isBusy?.(),
    }));
    const leaver = leaverFor(held, newcomer, { max, each });
    if (leaver) end(leaver.key);
  }

  function end(key: string): boolean {
    const room = rooms.get(key);
    if (!room) return false;
    rooms.delete(key);
    clearTimeout(room.timer);
    const closed: Promise<void> = room.opened
      .then((guest) => guest.close())
      .catch((error) => onClosed?.(error))
      .finally(() => closing.delete(closed));
    closing.add(closed);
    return true;
  }

  return {
    enter(key) {
      const room = rooms.get(key);
      return room && visit(key, room);
    },
    async enterOrOpen(key, holder, open) {
      let room = rooms.get(key);
      if (!room) {
        makeRoom(holder);
        room = { key, holder, opened: open(), guest: undefined, visits: 0, uses: 0, timer: undefined };
        rooms.set(key, room);
      }
      return visit(key, room);
    },
    end,
    async close() {
      for (const key of [...rooms.keys()]) end(key);
      await Promise.all(closing);
    },
  };
}
