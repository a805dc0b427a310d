import { type Log, messageOf, PreloopError } from "#base";
import type { Db } from "#store";
import type { Chain } from "./chain.ts";
import type { Journal } from "./journal.ts";
import { type ShipResult, shipBatch } from "./ship.ts";
import type { Anchor, Writer } from "./types.ts";
import { readUnshipped, type Shipment } from "./unshipped.ts";

/** Journal of a living writer on its way to the store, batch by batch. */
export interface JournalShipment {
  /** True when the store has all that the journal has. */
  isDone(): boolean;
  /** Ships the next batch. @throws audit_broken, store_unavailable */
  shipNext(db: Db): Promise<void>;
}

/** Parts that a journal's way to the store needs. */
export interface JournalShipmentParts {
  readonly journal: Journal;
  readonly writer: Writer;
  readonly chain: Chain;
  readonly log: Log;
  /** Called after each batch that reached the store. */
  readonly onShipped: (db: Db, shipped: Extract<ShipResult, { kind: "shipped" }>, reached: Anchor) => void;
}

const BATCH = 500;
const ROTATE_BYTES = 64 * 1024;
/** While calls keep coming, the journal is begun anew when it is this long and this much of it is still to be shipped. */
const ROTATE_BUSY_BYTES = 2 * 1024 * 1024;
const REST_BYTES = 512 * 1024;

/** Ships a journal from its first record on; what is shipped makes room in the file. */
export function createJournalShipment(parts: JournalShipmentParts): JournalShipment {
  const { journal, chain, writer, log } = parts;
  let shipped: Shipment = { base: chain.genesis(writer.id), offset: 0 };

  const isDone = () => shipped.base.seq === journal.head.seq;

  async function shipNext(db: Db): Promise<void> {
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

  return { isDone, shipNext };
}
