import {
  type Clock,
  createFingerprint,
  type Log,
  messageOf,
  PreloopError,
  systemClock,
  withTimeout,
} from "#base";
import type { Db } from "#store";
import { beginEntry } from "./audit-entry.ts";
import { createChain } from "./chain.ts";
import { noteCheckpoint, storePlaceOf } from "./checkpoint.ts";
import { eventText } from "./draft.ts";
import { createGroupCommit } from "./group-commit.ts";
import { createJournal } from "./journal.ts";
import { createRecovery } from "./recovery.ts";
import { createShipper } from "./shipper.ts";
import type { Audit, Writer } from "./types.ts";

export interface AuditOptions {
  /** PRELOOP_HOME. */
  readonly home: string;
  /** This process; the id is never used by another. */
  readonly writer: Writer;
  /** The secret key's bytes. */
  readonly key: Uint8Array;
  /** Names of arguments to mask besides the known ones: the config's `audit.redact`. */
  readonly redact?: readonly string[];
  /** Opened when there is something to ship; without it the journal waits for a later process. */
  readonly store?: () => Promise<Db>;
  readonly log: Log;
  readonly clock?: Clock;
}

const CLOSE_TIMEOUT_MS = 3_000;

/** The writing half of the audit: a journal beside us, the store behind it. */
export function createAudit(options: AuditOptions): Audit {
  const { home, writer, log, redact = [], clock = systemClock } = options;
  const chain = createChain(options.key);
  const masking = { names: redact, fingerprint: createFingerprint(options.key) };
  const journal = createJournal(home, writer, chain);
  const recovery = options.store && createRecovery({ home, writer, chain, log, store: options.store });
  const shipper =
    options.store &&
    createShipper({
      journal,
      writer,
      chain,
      log,
      store: options.store,
      onShipped(db, { store, writers }, { seq }) {
        noteCheckpoint(
          { home, chain, log },
          { place: storePlaceOf(home, db), store, writers, writer: writer.id, seq },
        );
        recovery?.storeReached(db);
      },
    });
  const groupCommit = createGroupCommit({
    journal: { write: (entries) => (isClosed ? refuse() : journal.write(entries)) },
    onWritten: () => shipper?.grew(),
    onFailure: (error) => log.error(error.message),
  });
  let isClosed = false;

  function refuse(): never {
    throw new PreloopError("audit_broken", "The audit is closed; nothing more can be written down");
  }

  return {
    begin: (call, decision) => beginEntry(call, decision, { groupCommit, masking, clock, log }),
    event(event, user, facts = {}) {
      const body = eventText({ event, at: clock.now().toISOString(), user, facts }, masking);
      groupCommit.writeNow({ kind: "record", body });
    },
    async flush() {
      groupCommit.writeNow();
      await shipper?.flush();
    },
    async close() {
      if (isClosed) return;
      try {
        groupCommit.writeNow();
        if (shipper) await withTimeout(shipper.flush(), CLOSE_TIMEOUT_MS, () => {});
      } catch (error) {
        log.debug("the audit's last records stay in the journal", { reason: messageOf(error) });
      }
      isClosed = true;
      shipper?.stop();
      await recovery?.close();
      journal.close(shipper?.isDone === true);
    },
  };
}
