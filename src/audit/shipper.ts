import { type Log, messageOf, PreloopError } from "#base";
import type { Db } from "#store";
import type { Chain } from "./chain.ts";
import type { Journal } from "./journal.ts";
import { readJournal, type Step } from "./read-journal.ts";
import { shipBatch } from "./ship.ts";
import type { Anchor, Link, Writer } from "./types.ts";

/** Carries a living writer's records from its journal to the store, never on the way of a call. */
export interface Shipper {
  /** Records were written. */
  add(links: readonly Link[]): void;
  /** Ships all there is. @throws store_unavailable, audit_broken */
  flush(): Promise<void>;
  readonly isDone: boolean;
  stop(): void;
}

export interface ShipperParts {
  readonly journal: Journal;
  readonly writer: Writer;
  readonly chain: Chain;
  readonly store: () => Promise<Db>;
  readonly log: Log;
  /** Called after each batch that reached the store. */
  readonly onShipped: (db: Db) => void;
}

const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const BATCH = 500;
/** More than this stays in the journal alone and is read back later: a store that is away must not fill memory. */
const IN_MEMORY = 2_000;
const ROTATE_BYTES = 64 * 1024;
const ROTATE_BUSY_BYTES = 1024 * 1024;

export function createShipper(parts: ShipperParts): Shipper {
  const { journal, chain, writer, log } = parts;
  const pending: Link[] = [];
  let base = chain.genesis(writer.id);
  let failures = 0;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let behind: Generator<Step, void> | undefined;

  const isDone = () => base.seq === journal.head.seq;

  function schedule(delayMs: number): void {
    if (isStopped || timer || running) return;
    timer = setTimeout(() => {
      timer = undefined;
      flush().catch(() => {}); // flush has said it
    }, delayMs);
    timer.unref();
  }

  function flush(): Promise<void> {
    if (timer) clearTimeout(timer);
    timer = undefined;
    running ??= shipAll().finally(() => {
      running = undefined;
      if (!isDone()) schedule(Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** failures));
    });
    return running;
  }

  async function shipAll(): Promise<void> {
    try {
      while (!isDone()) await shipSome(await parts.store());
    } catch (error) {
      if (failures++ === 0)
        log.warn("audit records wait in the journal", { journal: journal.path, reason: messageOf(error) });
      throw error;
    }
    if (failures > 0) log.info("audit records reach the store again");
    failures = 0;
  }

  async function shipSome(db: Db): Promise<void> {
    if (pending.length === 0) refill();
    const links = pending.slice(0, BATCH);
    const shipped = await shipBatch(db, chain, { writer, base, links });
    if (shipped.kind === "elsewhere")
      throw new PreloopError(
        "audit_broken",
        `The store has ${shipped.reached} records of this process, which shipped ${base.seq}: the audit was changed, or an older store was restored. Run preloop audit verify.`,
      );
    const isFirst = base.seq === 0;
    base = anchorOf(links.at(-1)!);
    pending.splice(0, links.length);
    tidy(shipped.store, isFirst);
    parts.onShipped(db);
  }

  // The first batch ties the journal to its store; later ones make room when that is cheap.
  function tidy(store: string, isFirst: boolean): void {
    const isWholeInMemory = base.seq + pending.length === journal.head.seq;
    const isBig = journal.sizeBytes > (pending.length === 0 ? ROTATE_BYTES : ROTATE_BUSY_BYTES);
    if (!isWholeInMemory || !(isFirst || isBig || journal.isGone())) return;
    try {
      journal.rotate(base, store, pending);
    } catch (error) {
      log.warn("the audit journal could not be begun anew", { reason: messageOf(error) });
    }
  }

  // Reads on where the last refill stopped: from the top each time would cost the square of a long absence.
  function refill(): void {
    behind ??= readJournal(journal.path, chain);
    while (pending.length < BATCH) {
      const { value: step, done } = behind.next();
      if (done) {
        behind = undefined;
        break;
      }
      if (step.kind === "fault")
        throw new PreloopError(
          "audit_broken",
          `${journal.path} was changed, line ${step.line}: ${step.problem}`,
        );
      if (step.kind === "record" && step.link.seq > base.seq) pending.push(step.link);
    }
    if (pending.length === 0) throw new PreloopError("audit_broken", `${journal.path} lost its records`);
  }

  return {
    add(links) {
      for (const link of links) {
        const isNext = (pending.at(-1) ?? base).seq === link.seq - 1;
        if (isNext && pending.length < IN_MEMORY) pending.push(link);
      }
      if (pending.length >= BATCH && failures === 0 && !running && !isStopped) void flush().catch(() => {});
      else schedule(PAUSE_MS);
    },
    flush,
    get isDone() {
      return isDone();
    },
    stop() {
      isStopped = true;
      behind?.return();
      if (timer) clearTimeout(timer);
    },
  };
}

function anchorOf({ seq, hash }: Link): Anchor {
  return { seq, hash };
}
