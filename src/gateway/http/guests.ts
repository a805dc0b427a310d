import { PreloopError } from "#base";

/** What is kept of a client between its HTTP requests. */
export interface Guest {
  /** True while something goes on in it that nobody's request waits for. */
  isBusy?(): boolean;
  close(): Promise<void>;
}

/** The sessions of an HTTP face, by key; one that nobody uses for a while is closed. */
export interface Guests<G extends Guest> {
  /** Enters a session that exists. The caller calls `leave` when its request is over. */
  enter(key: string): Promise<Visit<G>> | undefined;
  /** Enters a session, opening it first when there is none. @throws sessions_full */
  enterOrOpen(key: string, open: () => Promise<G>): Promise<Visit<G>>;
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
  /** Each session starts the servers anew, so their number is limited; idle ones make room. */
  readonly max: number;
  readonly onClosed?: (error: unknown) => void;
}

interface Room<G> {
  readonly opened: Promise<G>;
  guest: G | undefined;
  visits: number;
  timer: NodeJS.Timeout | undefined;
}

export function createGuests<G extends Guest>({ idleMs, max, onClosed }: GuestsOptions): Guests<G> {
  // In the order of last use, the longest unused first.
  const rooms = new Map<string, Room<G>>();
  const closing = new Set<Promise<void>>();

  function visit(key: string, room: Room<G>): Promise<Visit<G>> {
    rooms.delete(key);
    rooms.set(key, room);
    clearTimeout(room.timer);
    room.visits++;
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

  function makeRoom(): void {
    if (rooms.size < max) return;
    const [idle] = [...rooms].find(([, room]) => room.visits === 0 && !room.guest?.isBusy?.()) ?? [];
    if (idle === undefined)
      throw new PreloopError("sessions_full", `All ${max} sessions are in use; try again later`);
    end(idle);
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
    async enterOrOpen(key, open) {
      let room = rooms.get(key);
      if (!room) {
        makeRoom();
        room = { opened: open(), guest: undefined, visits: 0, timer: undefined };
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
