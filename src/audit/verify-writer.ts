import { type AuditRow, type AuditWriterRow, type Db, listAuditChain } from "#store";
import type { Chain } from "./chain.ts";
import { recordColumnsOf } from "./ship.ts";

/** Finding of a verification: one thing that is not as it was written. */
export interface AuditFinding {
  /** Missing where the set of writers itself was changed. */
  readonly writer?: string;
  /** The first record concerned. */
  readonly seq?: number;
  readonly problem: string;
}

const PAGE = 1_000;

const MAX_FINDINGS = 20;

/** Checks one writer's chain in the store against its anchor; returns how many records it has. */
export async function verifyWriter(
  db: Db,
  chain: Chain,
  { id, head, count }: AuditWriterRow,
  findings: AuditFinding[],
): Promise<number> {
  const found: AuditFinding[] = [];
  let previous = chain.genesis(id);
  let reached = previous; // the last record up to the anchor; a living writer may have more by now
  let total = 0;
  for (let isMore = true; isMore; ) {
    const page = await listAuditChain(db, id, { after: previous.seq, limit: PAGE });
    isMore = page.length === PAGE;
    for (const row of page) {
      found.push(...verifyRow(chain, previous, row));
      previous = row; // go on from what the row claims, so that one edit is one finding
      if (row.seq <= count) reached = row;
      total++;
    }
  }
  const lost = count - reached.seq;
  if (lost > 0)
    found.push({
      writer: id,
      seq: reached.seq + 1,
      problem: `the last ${lost} of ${count} records are missing`,
    });
  else if (reached.hash !== head)
    found.push({ writer: id, seq: count, problem: "the last record is not the one the anchor names" });
  findings.push(...summed(found, "in this writer's records", id));
  return total;
}

function verifyRow(
  chain: Chain,
  previous: { readonly seq: number; readonly hash: string },
  row: AuditRow,
): AuditFinding[] {
  const about = (problem: string, seq = row.seq): AuditFinding => ({ writer: row.writer, seq, problem });
  if (row.seq !== previous.seq + 1) {
    const [first, last] = [previous.seq + 1, row.seq - 1];
    return [
      about(first === last ? "the record is missing" : `records ${first} to ${last} are missing`, first),
    ];
  }
  if (chain.next(previous.hash, row.body) !== row.hash) return [about("the record was edited or moved")];
  const columns = recordColumnsOf(row.body);
  const wrong = (Object.keys(columns) as (keyof typeof columns)[]).filter(
    (name) => columns[name] !== row[name],
  );
  return wrong.length > 0 ? [about(`its ${wrong.join(" and ")} does not match the record's text`)] : [];
}

// With another key nothing fits; a thousand findings would say no more than the first.
export function summed(found: readonly AuditFinding[], where: string, writer?: string): AuditFinding[] {
  if (found.length <= MAX_FINDINGS) return [...found];
  const problem = `and ${found.length - MAX_FINDINGS} more findings ${where}`;
  return [...found.slice(0, MAX_FINDINGS), { ...(writer !== undefined && { writer }), problem }];
}
