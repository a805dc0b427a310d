import { type Db, listIssueRows, listPairRows, type PairFilter } from "#store";
import type { DuplicatePair } from "./types.ts";

/** Pairs that may be duplicates, the likeliest first, as far as similar issues were looked for. */
export async function listDuplicates(db: Db, filter: PairFilter): Promise<DuplicatePair[]> {
  const pairs = await listPairRows(db, filter);
  const rowIds = [...new Set(pairs.flatMap(({ older, newer }) => [older, newer]))];
  const rows = await listIssueRows(db, { rowIds, limit: rowIds.length });
  const byId = new Map(rows.map((row) => [row.rowId, row]));
  return pairs.flatMap(({ likeness, verdicts: [judged], ...pair }) => {
    const [older, newer] = [byId.get(pair.older), byId.get(pair.newer)];
    // One that became a tombstone between the two queries.
    if (!older || !newer) return [];
    return [{ older, newer, likeness, ...(judged && { judged }) }];
  });
}
