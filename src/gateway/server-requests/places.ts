import { PreloopError } from "#base";
import { type Bucket, createBucket } from "./bucket.ts";

/** The questions that are open, and room for no more than a person or a model can keep up with. */
export interface Places {
  /** Takes a place for a question; call the result when it is over. @throws request_refused */
  take(server: string, bytes: number): (isWithdrawn: boolean) => void;
}

const MOST_OF_SERVER = 16;
const MOST_OF_SESSION = 64;
const MOST_BYTES = 8 * 1024 * 1024;
// A client that answers by itself must not be kept busy by that.
const RATE = { size: 600, perSecond: 20 };
/** Who asks and takes it back, again and again, would else have no limit. */
const WITHDRAWN_MS = 5_000;

interface Asking {
  open: number;
  readonly rate: Bucket;
}

/** Nothing asked yet. */
export function createPlaces(ticksMs: () => number): Places {
  const servers = new Map<string, Asking>();
  let [count, bytes] = [0, 0];

  const askingOf = (server: string): Asking => {
    const asking = servers.get(server) ?? { open: 0, rate: createBucket({ ...RATE, ticksMs }) };
    servers.set(server, asking);
    return asking;
  };

  return {
    take(server, size) {
      const asking = askingOf(server);
      if (asking.open >= MOST_OF_SERVER || count >= MOST_OF_SESSION || bytes + size > MOST_BYTES)
        throw refused("too many questions are open already; wait for their answers");
      if (!asking.rate.take()) throw refused("there were too many questions lately; wait a while");
      asking.open++;
      count++;
      bytes += size;
      const free = () => {
        asking.open--;
        count--;
        bytes -= size;
      };
      return (isWithdrawn) => {
        if (isWithdrawn) setTimeout(free, WITHDRAWN_MS).unref();
        else free();
      };
    },
  };
}

function refused(why: string): PreloopError {
  return new PreloopError("request_refused", why);
}
