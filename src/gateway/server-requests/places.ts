import { PreloopError } from "#base";

/** The questions that are open, and room for no more than a person or a model can keep up with. */
export interface Places {
  /** Takes a place for a question; call the result when it is over. @throws request_refused */
  take(server: string, bytes: number): (isWithdrawn: boolean) => void;
}

const MOST_OF_SERVER = 16;
const MOST_OF_SESSION = 64;
const MOST_BYTES = 8 * 1024 * 1024;
/** Who asks and takes it back, again and again, would else have no limit. */
const WITHDRAWN_MS = 5_000;

/** Nothing asked yet. */
export function createPlaces(): Places {
  const open = new Map<string, number>();
  let [count, bytes] = [0, 0];

  const move = (server: string, by: 1 | -1, size: number) => {
    const left = (open.get(server) ?? 0) + by;
    if (left === 0) open.delete(server);
    else open.set(server, left);
    count += by;
    bytes += by * size;
  };

  return {
    take(server, size) {
      if ((open.get(server) ?? 0) >= MOST_OF_SERVER || count >= MOST_OF_SESSION || bytes + size > MOST_BYTES)
        throw new PreloopError(
          "request_refused",
          "too many questions are open already; wait for their answers",
        );
      move(server, 1, size);
      return (isWithdrawn) => {
        if (!isWithdrawn) return move(server, -1, size);
        setTimeout(() => move(server, -1, size), WITHDRAWN_MS).unref();
      };
    },
  };
}
