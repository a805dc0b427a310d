import { type Embedders, similarIssues, similarity } from "#search";
import { type Db, type DueIssue, listDueIssues, type SimilarIssue, saveSimilarIssues } from "#store";

export interface CheckOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((checked: number) => void) | undefined;
}

const SHORTLIST = 5;
const BATCH = 100;

/**
 * Looks for the issues similar to each indexed one that is new or has changed, and to those that a changed one was similar
 * to; how many that were. Stopped, it goes on from there the next time. @throws store_unavailable
 */
export async function checkDuplicates(
  db: Db,
  embedders: Embedders,
  options: CheckOptions = {},
): Promise<number> {
  let checked = 0;
  // A second round for those that the first found due; they make nobody due, so that there is no third.
  for (let round = 0; round < 2; round++)
    for (let afterRowId = 0; ; ) {
      const due = await listDueIssues(db, afterRowId, BATCH);
      const last = due.at(-1);
      if (!last) break;
      for (const issue of due) {
        options.signal?.throwIfAborted();
        await saveSimilarIssues(db, issue, await shortlist(db, issue, { embedders, signal: options.signal }));
        checked++;
        options.onProgress?.(checked);
      }
      afterRowId = last.rowId;
    }
  return checked;
}

async function shortlist(
  db: Db,
  { rowId, title, body, createdAt }: DueIssue,
  { embedders, signal }: { readonly embedders: Embedders; readonly signal: AbortSignal | undefined },
): Promise<SimilarIssue[]> {
  const search = { title, body, excludeRowId: rowId, at: createdAt, limit: SHORTLIST };
  const { hits } = await similarIssues(db, search, embedders, signal);
  return hits.map(({ row }) => ({ rowId: row.rowId, likeness: similarity({ title, body }, row) }));
}
