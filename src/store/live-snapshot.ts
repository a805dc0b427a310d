import { type Log, messageOf, PreloopError } from "#base";
import type { Db } from "./db.ts";

/** Something of the store's that is kept at hand, and read anew whenever somebody says that it changed. */
export interface LiveSnapshot {
  /** The first reading, or the latest try at it; rejects with `store_unavailable`. */
  readonly ready: Promise<void>;
  /** The store, once it was reached. */
  readonly db: Db | undefined;
  /** Looks again a little later: something that was to be written or read is not. */
  refreshLater(): void;
  close(): Promise<void>;
}

export interface LiveSnapshotOptions {
  /** Reaches the store; called again until it is there. */
  readonly reach: () => Promise<Db>;
  readonly channel: string;
  /** What is followed, for messages: "Pins". */
  readonly what: string;
  /** Reads it once. Never called twice at a time, nor after the end. */
  readonly read: (db: Db) => Promise<void>;
  readonly log: Log;
}

const RETRY_MS = 5_000;

/** Follows at once; what was read last holds while the store is away. */
export function createLiveSnapshot({ reach, channel, what, read, log }: LiveSnapshotOptions): LiveSnapshot {
  let isClosed = false;
  let stop: (() => Promise<void>) | undefined;
  let retry: NodeJS.Timeout | undefined;
  let db: Db | undefined;
  let ready = start();
  ready.catch((error) => log.debug(messageOf(error)));

  async function start(): Promise<void> {
    try {
      db = await reach();
      // The listener looks once by itself when it stands, and after each reconnection.
      stop ??= await db.listen(channel, () => void refresh().catch(() => refreshLater()));
      await refresh();
    } catch (error) {
      refreshLater();
      throw new PreloopError("store_unavailable", `${what} cannot be read: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  function refreshLater(): void {
    if (isClosed) return;
    clearTimeout(retry);
    retry = setTimeout(() => {
      ready = start();
      ready.catch((error) => log.debug(messageOf(error)));
    }, RETRY_MS);
    retry.unref();
  }

  // One reading at a time, and one more for whatever was said meanwhile: an older answer never replaces a newer one.
  let reading: Promise<void> | undefined;
  let isStale = false;
  function refresh(): Promise<void> {
    isStale = true;
    reading ??= readUntilFresh().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  async function readUntilFresh(): Promise<void> {
    while (isStale && !isClosed) {
      isStale = false;
      await read(db!);
    }
  }

  return {
    get ready() {
      return ready;
    },
    get db() {
      return db;
    },
    refreshLater,
    async close() {
      isClosed = true;
      clearTimeout(retry);
      await ready.catch(() => {});
      await reading?.catch(() => {});
      await stop?.();
    },
  };
}
