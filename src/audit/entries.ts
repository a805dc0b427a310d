import type { AuditEvent, AuditRecord, Outcome } from "#model";
import { type AuditRow, type AuditSelection, type Db, listAuditRows } from "#store";
import { createChain } from "./chain.ts";
import { journalDirectory, journalPath } from "./journal-file.ts";
import { closeStart, readJournal } from "./read-journal.ts";
import { recoverableJournals } from "./recover-journals.ts";
import { recordColumnsOf } from "./ship.ts";
import type { ChainLink } from "./types.ts";

/** Entry of a listing: one record of the audit, with its place in its writer's chain. */
export interface ListedEntry {
  readonly writer: string;
  readonly seq: number;
  readonly hash: string;
  readonly kind: "call" | "event";
  readonly record: AuditRecord | AuditEvent;
  /** Still in a journal of this machine. */
  readonly isPending: boolean;
}

export interface AuditFilter {
  readonly since?: Date;
  /** A tool as its server knows it, or `server__tool`. */
  readonly tool?: string;
  readonly server?: string;
  readonly session?: string;
  readonly outcome?: Outcome | "event";
  /** Only the newest so many. */
  readonly limit?: number;
}

export interface AuditSource {
  /** Without it only the journals are read. */
  readonly db?: Db;
  readonly home: string;
  readonly key: Uint8Array;
}

const PAGE = 500;

/** The audit, oldest first: what the store has and what is still in this machine's journals. */
export async function* listAudit(source: AuditSource, filter: AuditFilter = {}): AsyncGenerator<ListedEntry> {
  // Journals first, then the store: a record that moves in between is then seen twice, never missed, and merged below.
  const pending = await pendingRows(source, filter);
  if (filter.limit !== undefined) {
    yield* (await newest(source, filter, pending, filter.limit)).reverse();
    return;
  }
  yield* merge(pending, source.db ? pagesOf(source.db, filter, false) : nothing(), false);
}

async function newest(source: AuditSource, filter: AuditFilter, pending: readonly Place[], limit: number) {
  const rows = source.db ? pagesOf(source.db, filter, true) : nothing();
  const found: ListedEntry[] = [];
  if (limit < 1) return found;
  for await (const entry of merge([...pending].reverse(), rows, true)) if (found.push(entry) >= limit) break;
  return found;
}

interface Place {
  readonly row: AuditRow;
  readonly isPending: boolean;
}

async function* nothing(): AsyncGenerator<Place> {}

async function* merge(pending: readonly Place[], rows: AsyncGenerator<Place>, isNewestFirst: boolean) {
  let next = 0;
  for await (const stored of rows) {
    for (let place = pending[next]; place; place = pending[next]) {
      const order = compare(place.row, stored.row) * (isNewestFirst ? -1 : 1);
      if (order > 0) break;
      if (order < 0) yield entryOf(place);
      next++;
    }
    yield entryOf(stored);
  }
  for (const place of pending.slice(next)) yield entryOf(place);
}

// By time, then writer, then place; the way the store sorts.
function compare(a: AuditRow, b: AuditRow): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.writer !== b.writer) return a.writer < b.writer ? -1 : 1;
  return a.seq - b.seq;
}

async function* pagesOf(db: Db, filter: AuditFilter, newestFirst: boolean): AsyncGenerator<Place> {
  const { since, tool, server, session, outcome } = filter;
  const selection: AuditSelection = {
    ...(since && { since: since.toISOString() }),
    ...(tool !== undefined && { tool }),
    ...(server !== undefined && { server }),
    ...(outcome !== undefined && { outcome }),
    ...(session !== undefined && { holding: `"session":${JSON.stringify(session)}` }),
    newestFirst,
    limit: PAGE,
  };
  for (let after: AuditRow | undefined; ; ) {
    const page = await listAuditRows(db, { ...selection, ...(after && { after }) });
    for (const row of page) if (isWanted(row, filter)) yield { row, isPending: false };
    after = page.at(-1);
    if (!after || page.length < PAGE) return;
  }
}

async function pendingRows({ home, key }: AuditSource, filter: AuditFilter): Promise<Place[]> {
  const chain = createChain(key);
  const directory = journalDirectory(home);
  const places: Place[] = [];
  const take = (writer: string, link: ChainLink) => {
    const row = { writer, seq: link.seq, hash: link.hash, body: link.body, ...recordColumnsOf(link.body) };
    if (isWanted(row, filter)) places.push({ row, isPending: true });
  };
  for (const { writer, isDead } of await recoverableJournals(directory)) {
    for (const item of readJournal(journalPath(directory, writer), chain)) {
      if (item.kind === "record") take(writer, item.link);
      if (item.kind !== "end" || !isDead) continue;
      let { head } = item;
      for (const start of item.open) {
        const link = closeStart(chain, head, start);
        take(writer, link);
        head = link;
      }
    }
  }
  return places.sort((a, b) => compare(a.row, b.row));
}

function isWanted(row: AuditRow, { since, tool, server, session, outcome }: AuditFilter): boolean {
  return (
    (since === undefined || row.at >= since.toISOString()) &&
    (tool === undefined || tool === row.tool || tool === `${row.server}__${row.tool}`) &&
    (server === undefined || server === row.server) &&
    (outcome === undefined || outcome === row.outcome) &&
    (session === undefined || (JSON.parse(row.body) as Partial<AuditRecord>).session === session)
  );
}

function entryOf({ row, isPending }: Place): ListedEntry {
  const record = JSON.parse(row.body) as AuditRecord | AuditEvent;
  const { writer, seq, hash } = row;
  return { writer, seq, hash, kind: "event" in record ? "event" : "call", record, isPending };
}
