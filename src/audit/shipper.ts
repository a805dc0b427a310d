import { type Log, messageOf, PreloopError } from "#base";
import type { Db } from "#store";
import type { Chain } from "./chain.ts";
import type { Journal } from "./journal.ts";
import { type ShipResult, shipBatch } from "./ship.ts";
import type { Anchor, Writer } from "./types.ts";
import { readUnshipped, type Shipment } from "./unshipped.ts";

/** Carries a living writer's records from its journal to the store, never on the way of a call. */
export interface Shipper {
  /** The journal has grown. */
  grew(): void;
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
  readonly onShipped: (db: Db, shipped: Extract<ShipResult, { kind: "shipped" }>, reached: Anchor) => void;
}

const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A burst of calls is shipped when it is over, for the store works on the same machine; but none waits longer. */
const LONGEST_BURST_MS = 5_000;
const BURST_LOOK_MS = 250;
const BATCH = 500;
const ROTATE_BYTES = 64 * 1024;
/** While calls keep coming, the journal is begun anew when it is this long and this much of it is still to be shipped. */
const ROTATE_BUSY_BYTES = 2 * 1024 * 1024;
const REST_BYTES = 512 * 1024;

export function createShipper(parts: ShipperParts): Shipper {
  const { journal, chain, writer, log } = parts;
  let shipped: Shipment = { base: chain.genesis(writer.id), offset: 0 };
  let failures = 0;
  let running: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let seenSeq = 0;

  const isDone = () => shipped.base.seq === journal.head.seq;

  function schedule(delayMs: number): void {
    if (isStopped || timer || running) return;
    seenSeq = journal.head.seq;
    timer = setTimeout(shipAfterBurst, delayMs, performance.now() + LONGEST_BURST_MS).unref();
  }

  function shipAfterBurst(latestMs: number): void {
    const { seq } = journal.head;
    const isBurst = seq > seenSeq && performance.now() < latestMs;
    seenSeq = seq;
    timer = isBurst ? setTimeout(shipAfterBurst, BURST_LOOK_MS, latestMs).unref() : undefined;
    if (!isBurst) flush().catch(() => {}); // flush has said it
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
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
    const { base } = shipped;
    const { links, next } = readUnshipped(journal, chain, shipped, BATCH);
    const outcome = await shipBatch(db, chain, { writer, base, links });
    if (outcome.kind === "elsewhere")
      throw new PreloopError(
        "audit_broken",
        `The store has ${outcome.reached} records of this process, which shipped ${base.seq}: the audit was changed, or an older store was restored. Run preloop audit verify.`,
      );
    shipped = next;
    tidy(outcome.store, base.seq === 0);
    parts.onShipped(db, outcome, shipped.base);
  }

  // The first batch ties the journal to its store; later ones make room.
  function tidy(store: string, isFirst: boolean): void {
    const restBytes = journal.sizeBytes - shipped.offset;
    const isWorthIt = isDone()
      ? isFirst || journal.sizeBytes > ROTATE_BYTES || journal.isGone()
      : journal.sizeBytes > ROTATE_BUSY_BYTES && restBytes < REST_BYTES;
    if (!isWorthIt) return;
    try {
      const rest = isDone() ? [] : readUnshipped(journal, chain, shipped, Number.POSITIVE_INFINITY).links;
      journal.rotate(shipped.base, store, rest);
      shipped = { ...shipped, offset: 0 };
    } catch (error) {
      log.warn("the audit journal could not be begun anew", { reason: messageOf(error) });
    }
  }

  return {
    grew() {
      schedule(PAUSE_MS);
    },
    flush,
    get isDone() {
      return isDone();
    },
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
