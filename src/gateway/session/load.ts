import { PreloopError } from "#base";

/** The most that may be under way at once. */
export interface LoadLimit {
  readonly requests: number;
  readonly bytes: number;
}

/** Everything under way in one place, and its bound: a client that never stops must not take all memory there is. */
export interface Load {
  /** Takes room for one request. @throws requests_full */
  enter(bytes: number): LoadReservation;
  /** Has room taken for as long as the work goes on. @throws requests_full */
  during<T>(bytes: number, work: () => Promise<T>): Promise<T>;
}

/** Room that one request has taken. */
export interface LoadReservation {
  /** Takes more room for the same request, as it is read. @throws requests_full */
  grow(bytes: number): void;
  leave(): void;
}

const MEGABYTE = 1_048_576;

/** Of one session: twice the thousand that the busiest client was seen to have, and a dozen of the largest messages. */
export const SESSION_LOAD: LoadLimit = { requests: 2_000, bytes: 128 * MEGABYTE };
/** Of all sessions that one process serves over HTTP. */
export const PROCESS_LOAD: LoadLimit = { requests: 4_000, bytes: 256 * MEGABYTE };

/** Nothing under way; `where` names the place in refusals. */
export function createLoad(where: string, limit: LoadLimit): Load {
  let [requests, bytes] = [0, 0];

  function refuseOver(more: number): void {
    // Alone, a message of any size that was let in so far has room.
    if (bytes > 0 && bytes + more > limit.bytes)
      throw full(`requests of more than ${limit.bytes} bytes together`);
  }

  const load: Load = {
    enter(size) {
      if (requests >= limit.requests) throw full(`${limit.requests} requests`);
      refuseOver(size);
      requests++;
      bytes += size;
      let [isHere, taken] = [true, size];
      return {
        grow(more) {
          if (!isHere) return;
          refuseOver(more);
          bytes += more;
          taken += more;
        },
        leave() {
          if (!isHere) return;
          isHere = false;
          requests--;
          bytes -= taken;
        },
      };
    },
    async during(size, work) {
      const reservation = load.enter(size);
      try {
        return await work();
      } finally {
        reservation.leave();
      }
    },
  };
  return load;

  function full(what: string): PreloopError {
    return new PreloopError(
      "requests_full",
      `${where} has ${what} under way, and no more may be. Nothing was done; wait for an answer, then try again`,
    );
  }
}
