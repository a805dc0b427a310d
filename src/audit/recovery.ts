import { type Log, messageOf } from "#base";
import type { Db } from "#store";
import type { Chain } from "./chain.ts";
import { journalDirectory } from "./journal-file.ts";
import { recoverableJournals, recoverJournals } from "./recover-journals.ts";
import type { Writer } from "./types.ts";

/** Recovery of journals that dead processes left: soon after the start, whenever the store is reached, and now and then. */
export interface Recovery {
  storeReached(db: Db): void;
  close(): Promise<void>;
}

/** Options of {@link createRecovery}. */
export interface RecoveryOptions {
  readonly home: string;
  readonly writer: Writer;
  readonly chain: Chain;
  readonly store: () => Promise<Db>;
  readonly log: Log;
}

const FIRST_ATTEMPT_MS = 2_000;
const PAUSE_MS = 300_000;

export function createRecovery({ home, writer, chain, store, log }: RecoveryOptions): Recovery {
  const directory = journalDirectory(home);
  const stopping = new AbortController();
  let attemptedAtMs = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;

  async function recover(openDb: () => Promise<Db>): Promise<void> {
    try {
      const journals = await recoverableJournals(directory);
      if (!journals.some((each) => each.isDead && each.writer !== writer.id)) return; // the store stays closed
      const parts = { home, directory, chain, log, signal: stopping.signal };
      const report = await recoverJournals({ ...parts, db: await openDb() });
      if (report.journals > 0)
        log.info("shipped what an earlier process left in its audit journal", { ...report });
    } catch (error) {
      log.debug("audit journals of earlier processes wait", { reason: messageOf(error) });
    }
  }

  function attempt(openDb: () => Promise<Db>): void {
    const nowMs = performance.now();
    if (running || stopping.signal.aborted || nowMs - attemptedAtMs < PAUSE_MS) return;
    attemptedAtMs = nowMs;
    running = recover(openDb).finally(() => {
      running = undefined;
    });
  }

  const timer = setTimeout(() => attempt(store), FIRST_ATTEMPT_MS);
  timer.unref();
  return {
    storeReached: (db) => attempt(async () => db),
    async close() {
      clearTimeout(timer);
      stopping.abort();
      await running;
    },
  };
}
