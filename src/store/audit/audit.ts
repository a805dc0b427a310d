import type { Db, Query } from "../db.ts";
import type { Prisma } from "../generated/client.ts";

/** Row of an audit writer: how far its chain reaches in the store, by its head and the count of records. */
export interface AuditWriterRow {
  readonly id: string;
  readonly head: string;
  readonly count: number;
  readonly host: string;
}

/** One record as the store keeps it: `body` is what the hash covers, the rest is there to be searched. */
export interface AuditRow {
  readonly writer: string;
  readonly seq: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly callId: string;
  readonly server: string;
  readonly tool: string;
  readonly outcome: string;
  readonly body: string;
  readonly hash: string;
}

const LEDGER = "audit.ledger";

/** The ledger's text, locked until the transaction ends; `fresh` is put there when there is none. */
export async function lockAuditLedger(tx: Query, fresh: string): Promise<string> {
  const select = () =>
    tx.rows<{ value: string }>(`SELECT value FROM setting WHERE key = $1 FOR UPDATE`, [LEDGER]);
  const [found] = await select();
  if (found) return found.value;
  await tx.rows(`INSERT INTO setting (key, value) VALUES ($1, $2) ON CONFLICT DO NOTHING`, [LEDGER, fresh]);
  return (await select())[0]!.value;
}

export async function writeAuditLedger(tx: Query, text: string): Promise<void> {
  await tx.rows(`UPDATE setting SET value = $2 WHERE key = $1`, [LEDGER, text]);
}

export async function findAuditWriter(tx: Query, id: string): Promise<AuditWriterRow | undefined> {
  const sql = `SELECT id, head, count, host FROM audit_writer WHERE id = $1`;
  return (await tx.rows<AuditWriterRow>(sql, [id]))[0];
}

/** The ledger and every writer's anchor as of one moment. */
export async function readAuditAnchors(
  query: Query,
): Promise<{ readonly ledger: string | undefined; readonly writers: readonly AuditWriterRow[] }> {
  const rows = await query.rows<{ ledger: string | null } & Partial<AuditWriterRow>>(
    `SELECT s.value AS ledger, w.id, w.head, w.count, w.host
       FROM (SELECT 1) AS one
       LEFT JOIN setting s ON s.key = $1
       LEFT JOIN audit_writer w ON true
      ORDER BY w.id`,
    [LEDGER],
  );
  const writers = rows.filter((row) => row.id !== null) as unknown as AuditWriterRow[];
  return { ledger: rows[0]?.ledger ?? undefined, writers };
}

/** Moves a writer's anchor from where the caller believes it to stand (count 0: nowhere); false when it stands elsewhere. */
export async function moveAuditWriter(
  tx: Query,
  writer: { readonly id: string; readonly host: string },
  move: { readonly from: Anchored; readonly to: Anchored },
): Promise<boolean> {
  const { from, to } = move;
  const rows =
    from.count === 0
      ? await tx.rows(
          `INSERT INTO audit_writer (id, head, count, host) VALUES ($1, $2, $3, $4)
           ON CONFLICT DO NOTHING RETURNING id`,
          [writer.id, to.head, to.count, writer.host],
        )
      : await tx.rows(
          `UPDATE audit_writer SET head = $2, count = $3, updated_at = now()
            WHERE id = $1 AND head = $4 AND count = $5 RETURNING id`,
          [writer.id, to.head, to.count, from.head, from.count],
        );
  return rows.length === 1;
}
type Anchored = Pick<AuditWriterRow, "head" | "count">;

/** A session knows how many records there are of it, so that they are missed when all that tells of them is gone. */
export async function noteAudited(tx: Query, writer: string, count: number): Promise<void> {
  await tx.rows("UPDATE session SET audited = $2 WHERE id = $1 AND audited < $2", [writer, count]);
}

/** Sessions of which the audit has fewer records than they know of. */
export function listMissedSessions(
  query: Query,
): Promise<{ readonly id: string; readonly audited: number; readonly count: number }[]> {
  return query.rows(
    `SELECT s.id, s.audited, coalesce(w.count, 0) AS count
       FROM session s LEFT JOIN audit_writer w ON w.id = s.id
      WHERE s.audited > coalesce(w.count, 0) ORDER BY s.started_at, s.id`,
  );
}

/**
 * Inserts records given as a JSON list of `{"seq", "hash", "record"}`. A record's text is kept to the byte; the columns
 * to search by are read out of it here, where that costs the sender nothing.
 */
export async function insertAuditRecords(tx: Query, writer: string, records: string): Promise<void> {
  await tx.rows(
    `INSERT INTO audit_record (writer_id, seq, at, call_id, server, tool, outcome, body, hash)
     SELECT $1, r.seq, c.at, coalesce(c."callId", ''), coalesce(c.server, ''), coalesce(c.event, c.tool),
            CASE WHEN c.event IS NULL THEN c.outcome ELSE 'event' END, r.record::text, r.hash
       FROM json_to_recordset($2::json) AS r(seq int, hash text, record json),
            json_to_record(r.record) AS c(at timestamptz, "callId" text, server text, tool text, outcome text, event text)`,
    [writer, records],
  );
}

const COLUMNS = `writer_id AS writer, seq, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at,
  call_id AS "callId", server, tool, outcome, body, hash`;

/** One writer's records in the order of its chain. */
export function listAuditChain(
  query: Query,
  writer: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<AuditRow[]> {
  return query.rows<AuditRow>(
    `SELECT ${COLUMNS} FROM audit_record WHERE writer_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
    [writer, after, limit],
  );
}

export interface AuditSelection {
  readonly since?: string;
  readonly server?: string;
  /** A tool as its server knows it, or `server__tool`. */
  readonly tool?: string;
  readonly outcome?: string;
  /** Only rows whose body holds this text. */
  readonly holding?: string;
  /** The row that the page goes on from. */
  readonly after?: Pick<AuditRow, "at" | "writer" | "seq">;
  readonly newestFirst?: boolean;
  readonly limit: number;
}

/** One page of records by time. */
export async function listAuditRows(db: Db, selection: AuditSelection): Promise<AuditRow[]> {
  const { auditRecord } = await db.prisma();
  const direction = selection.newestFirst ? "desc" : "asc";
  const found = await auditRecord.findMany({
    where: { AND: conditionsOf(selection) },
    orderBy: [{ at: direction }, { writerId: direction }, { seq: direction }],
    take: selection.limit,
  });
  return found.map(({ writerId, at, ...row }) => ({ ...row, writer: writerId, at: at.toISOString() }));
}

function conditionsOf(selection: AuditSelection): Prisma.AuditRecordWhereInput[] {
  const { since, server, tool, outcome, holding, after, newestFirst } = selection;
  const conditions: Prisma.AuditRecordWhereInput[] = [];
  if (since !== undefined) conditions.push({ at: { gte: new Date(since) } });
  if (server !== undefined) conditions.push({ server });
  if (tool !== undefined) conditions.push({ OR: namesOf(tool) });
  if (outcome !== undefined) conditions.push({ outcome });
  // Prisma leaves LIKE's wildcards in the text to whoever wrote it.
  if (holding !== undefined) conditions.push({ body: { contains: holding.replace(/[\\%_]/g, "\\$&") } });
  if (after !== undefined) conditions.push({ OR: beyond(after, newestFirst ? "lt" : "gt") });
  return conditions;
}

// No server's name holds an underscore, so the first "__" ends it.
function namesOf(tool: string): Prisma.AuditRecordWhereInput[] {
  const split = tool.indexOf("__");
  if (split < 0) return [{ tool }];
  return [{ tool }, { server: tool.slice(0, split), tool: tool.slice(split + 2) }];
}

function beyond(
  { at, writer, seq }: Pick<AuditRow, "at" | "writer" | "seq">,
  side: "lt" | "gt",
): Prisma.AuditRecordWhereInput[] {
  const moment = new Date(at);
  return [
    { at: { [side]: moment } },
    { at: moment, writerId: { [side]: writer } },
    { at: moment, writerId: writer, seq: { [side]: seq } },
  ];
}
