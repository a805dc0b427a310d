import { randomUUID } from "node:crypto";
import { PreloopError } from "#base";
import type { AuditEvent, AuditRecord } from "#model";
import {
  type AuditRow,
  type Db,
  findAuditWriter,
  insertAuditRecords,
  lockAuditLedger,
  moveAuditWriter,
  noteAudited,
  type Query,
  writeAuditLedger,
} from "#store";
import type { Chain } from "./chain.ts";
import { formatRecord } from "./journal-lines.ts";
import { ledgerText, moveLedger, newLedger, readLedger } from "./ledger.ts";
import type { Anchor, ChainLink, Writer } from "./types.ts";

/** How a batch fared. `elsewhere`: the store's chain does not meet this one, so nothing was written. */
export type ShipResult =
  | { readonly kind: "shipped"; readonly store: string; readonly writers: number; readonly inserted: number }
  | { readonly kind: "elsewhere"; readonly store: string; readonly reached: number };

/** Records that follow `base` in one writer's chain. */
export interface RecordBatch {
  readonly writer: Writer;
  readonly base: Anchor;
  readonly links: readonly ChainLink[];
}

/**
 * Puts a batch into the store and moves its writer's anchor and the ledger, all or nothing. What the store has already
 * is skipped: the anchor says how far it got, so a batch may be sent again after a lost answer, by a later process, or
 * by two at once, and no record is there twice.
 */
export function shipBatch(db: Db, chain: Chain, batch: RecordBatch): Promise<ShipResult> {
  return db.transaction(async (tx) => {
    const fresh = ledgerText(newLedger(chain, randomUUID()));
    const ledger = readLedger(await lockAuditLedger(tx, fresh)); // from here on, one shipper at a time
    const from = await anchorOf(tx, batch.writer.id);
    const reached = from ?? chain.genesis(batch.writer.id);
    const missing = linksAfter(reached, batch);
    if (!missing) return { kind: "elsewhere", store: ledger.store, reached: reached.seq };
    const last = missing.at(-1);
    let { writers } = ledger;
    if (last) {
      const move = {
        from: { head: reached.hash, count: reached.seq },
        to: { head: last.hash, count: last.seq },
      };
      if (!(await moveAuditWriter(tx, batch.writer, move)))
        throw new PreloopError(
          "store_conflict",
          `The audit of ${batch.writer.id} changed under the batch; try again`,
        );
      await insertAuditRecords(tx, batch.writer.id, `[${missing.map(formatRecord).join()}]`);
      const moved = moveLedger(chain, ledger, { writer: batch.writer.id, from, to: last });
      await writeAuditLedger(tx, ledgerText(moved));
      await noteAudited(tx, batch.writer.id, last.seq);
      writers = moved.writers;
    }
    return { kind: "shipped", store: ledger.store, writers, inserted: missing.length };
  });
}

async function anchorOf(tx: Query, writer: string): Promise<Anchor | undefined> {
  const row = await findAuditWriter(tx, writer);
  return row && { seq: row.count, hash: row.head };
}

/** What the store lacks; undefined when the batch does not go on from where the store stands. */
function linksAfter(reached: Anchor, { base, links }: RecordBatch): readonly ChainLink[] | undefined {
  const last = links.at(-1) ?? base;
  if (reached.seq > last.seq) return []; // a process that read a longer journal was here before
  const met = [base, ...links].find(({ seq }) => seq === reached.seq);
  return met?.hash === reached.hash ? links.filter(({ seq }) => seq > reached.seq) : undefined;
}

/** The columns that a record can be found by, from its body. */
export function recordColumnsOf(
  body: string,
): Pick<AuditRow, "at" | "callId" | "server" | "tool" | "outcome"> {
  const entry = JSON.parse(body) as AuditRecord | AuditEvent;
  if ("event" in entry) return { at: entry.at, callId: "", server: "", tool: entry.event, outcome: "event" };
  return {
    at: entry.at,
    callId: entry.callId,
    server: entry.server,
    tool: entry.tool,
    outcome: entry.outcome,
  };
}
