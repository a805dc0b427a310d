import { type Clock, type Log, messageOf, PreloopError, systemClock } from "#base";
import type { Decision, ToolCall } from "#model";
import type { Db } from "#store";
import { createChain } from "./chain.ts";
import { draftOf, eventText, recordText, withFacts } from "./draft.ts";
import { createJournal } from "./journal.ts";
import { createKeeper } from "./keeper.ts";
import { createShipper } from "./shipper.ts";
import type { Audit, AuditEntry, CallFacts, Writer } from "./types.ts";

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

const CLOSE_PATIENCE_MS = 3_000;

/** The writing half of the audit: a journal beside us, the store behind it. */
export function createAudit(options: AuditOptions): Audit {
  const { home, writer, log, redact = [], clock = systemClock } = options;
  const chain = createChain(options.key);
  const journal = createJournal(home, writer, chain);
  const unwritten: Unwritten[] = [];
  const keeper = options.store && createKeeper({ home, writer, chain, log, store: options.store });
  const shipper =
    options.store &&
    createShipper({
      journal,
      writer,
      chain,
      log,
      store: options.store,
      onShipped: (db) => keeper?.sawStore(db),
    });
  let isClosed = false;

  function refuseWhenClosed(): void {
    if (isClosed)
      throw new PreloopError("audit_broken", "The audit is closed; nothing more can be written down");
  }

  /** @throws audit_broken */
  function record(body: string, callId?: string): void {
    refuseWhenClosed();
    const link = journal.record(body, callId);
    shipper?.add(link);
  }

  // Records that found a full disk stand before anything new: nothing is sent while they cannot be written.
  function catchUp(): void {
    for (let next = unwritten[0]; next; next = unwritten[0]) {
      record(next.body, next.callId);
      unwritten.shift();
    }
  }

  function finishRecord(body: string, callId: string): void {
    try {
      catchUp();
      record(body, callId);
    } catch (error) {
      if (unwritten.length === 0) log.error(messageOf(error));
      if (unwritten.length < MAX_UNWRITTEN) unwritten.push({ body, callId });
    }
  }

  function begin(call: ToolCall, decision: Decision): AuditEntry {
    const startedMs = clock.ticksMs();
    let draft = draftOf(call, decision, { at: clock.now().toISOString(), redact });
    let isFinished = false;
    const learn = (facts: CallFacts = {}) => {
      draft = withFacts(draft, facts, redact);
    };
    return {
      waiting(facts) {
        learn(facts);
        try {
          refuseWhenClosed();
          journal.start("waiting", draft);
        } catch (error) {
          log.error(messageOf(error)); // the approval's row says that it waits; sending will not be let through
        }
      },
      sending(facts) {
        learn(facts);
        refuseWhenClosed();
        catchUp();
        journal.start("sending", draft);
      },
      finish({ outcome, detail, ...facts }) {
        if (isFinished) return;
        isFinished = true;
        learn(facts);
        const ending = {
          outcome,
          ...(detail !== undefined && { detail }),
          durationMs: clock.ticksMs() - startedMs,
        };
        finishRecord(recordText(draft, ending), draft.callId);
      },
    };
  }

  return {
    begin,
    event(event, user, facts = {}) {
      catchUp();
      record(eventText({ event, at: clock.now().toISOString(), user, facts }, redact));
    },
    async flush() {
      catchUp();
      await shipper?.flush();
    },
    async close() {
      if (isClosed) return;
      try {
        catchUp();
        await within(CLOSE_PATIENCE_MS, shipper?.flush());
      } catch (error) {
        log.debug("the audit's last records stay in the journal", { reason: messageOf(error) });
      }
      isClosed = true;
      shipper?.stop();
      await keeper?.close();
      journal.close(shipper?.isDone === true);
    },
  };
}

interface Unwritten {
  readonly body: string;
  readonly callId: string;
}
const MAX_UNWRITTEN = 10_000;

async function within(ms: number, work: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, patience]).finally(() => clearTimeout(timer));
}
