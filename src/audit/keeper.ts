import { type Log, messageOf } from "#base";
import type { Db } from "#store";
import { adoptable, adoptJournals } from "./adopt.ts";
import type { Chain } from "./chain.ts";
import { journalDirectory } from "./journal.ts";
import type { Writer } from "./types.ts";

/** Looks after journals that others left: soon after the start, whenever the store is seen, and now and then. */
export interface Keeper {
  sawStore(db: Db): void;
  close(): Promise<void>;
}

export interface KeeperParts {
  readonly home: string;
  readonly writer: Writer;
  readonly chain: Chain;
  readonly store: () => Promise<Db>;
  readonly log: Log;
}

const FIRST_LOOK_MS = 2_000;
const PAUSE_MS = 300_000;

export function createKeeper({ home, writer, chain, store, log }: KeeperParts): Keeper {
  const directory = journalDirectory(home);
  const stopping = new AbortController();
  let seenAtMs = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;

  async function adopt(openDb: () => Promise<Db>): Promise<void> {
    try {
      const journals = await adoptable(directory);
      if (!journals.some((each) => each.isDead && each.writer !== writer.id)) return; // the store stays closed
      const parts = { home, directory, chain, log, signal: stopping.signal };
      const adopted = await adoptJournals({ ...parts, db: await openDb() });
      if (adopted.journals > 0)
        log.info("shipped what an earlier process left in its audit journal", { ...adopted });
    } catch (error) {
      log.debug("audit journals of earlier processes wait", { reason: messageOf(error) });
    }
  }

  function look(openDb: () => Promise<Db>): void {
    const nowMs = performance.now();
    if (running || stopping.signal.aborted || nowMs - seenAtMs < PAUSE_MS) return;
    seenAtMs = nowMs;
    running = adopt(openDb).finally(() => {
      running = undefined;
    });
  }

  const timer = setTimeout(() => look(store), FIRST_LOOK_MS);
  timer.unref();
  return {
    sawStore: (db) => look(async () => db),
    async close() {
      clearTimeout(timer);
      stopping.abort();
      await running;
    },
  };
}
