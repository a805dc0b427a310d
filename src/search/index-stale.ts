import {
  countStaleIssues,
  type Db,
  forgetGoneDocuments,
  listStaleIssues,
  openSpace,
  readStaleTexts,
  readTermCounts,
  retireBuiltins,
  saveDocuments,
} from "#store";
import { embedSpace } from "./embed-space.ts";
import { dropLeaving, indexWhenLarge } from "./serve-space.ts";
import { analyzeText, withComments } from "./text/analyze-text.ts";
import { BUILTIN_SPACE, builtinVector } from "./text/builtin-vector.ts";
import { documentWeights } from "./text/term-weights.ts";
import type { Embedders, IndexOptions, IndexReport } from "./types.ts";

/** Version of how texts are analyzed. Another one (tokens, weights, the built-in space) reads all of them anew. */
export const ANALYSIS_VERSION = `1 ${BUILTIN_SPACE.id}`;

const MOST_ROWS = 200;
const MOST_BYTES = 2 << 20;

/**
 * Brings the index up to the issues' texts as they are: for ranking by words, the built-in vectors, and the vectors of
 * the models. May run in many processes at once; unchanged texts cost a look. @throws store_unavailable
 */
export async function indexStale(
  db: Db,
  embedders: Embedders,
  options: IndexOptions = {},
): Promise<IndexReport> {
  const { id: name, dimensions } = BUILTIN_SPACE;
  const space = await openSpace(db, { name, dimensions, state: "builtin" });
  const read = await readStale(db, space.number, options);
  const forgotten = await forgetGone(db, options.signal);
  if (read > 0) await indexWhenLarge(db, space, (await readTermCounts(db, [])).documents);
  if (options.rowIds) return { read, forgotten, embedded: 0, reused: 0, notes: [] };
  await retireBuiltins(db, space.number);
  await dropLeaving(db);
  const report = { read, forgotten, embedded: 0, reused: 0, notes: [] as string[] };
  for (const model of embedders.models) {
    const { embedded, reused, note } = await embedSpace(db, model, options);
    report.embedded += embedded;
    report.reused += reused;
    if (note !== undefined) report.notes.push(note);
  }
  return report;
}

async function readStale(
  db: Db,
  space: number,
  { signal, onProgress, rowIds }: IndexOptions,
): Promise<number> {
  let done = 0;
  const total = onProgress ? await countStaleIssues(db, ANALYSIS_VERSION) : 0;
  for (let afterRowId = 0; ; ) {
    const stale = await listStaleIssues(db, {
      reading: ANALYSIS_VERSION,
      afterRowId,
      rowIds,
      limit: MOST_ROWS,
    });
    const last = stale.at(-1);
    if (!last) return done;
    for (const batch of batchesOf(stale)) {
      signal?.throwIfAborted();
      const texts = await readStaleTexts(
        db,
        batch.map(({ rowId }) => rowId),
      );
      const documents = texts.map(({ rowId, textHash, title, body, comments }) => {
        const analyzed = analyzeText({ title, body: withComments(body, comments) });
        return { rowId, textHash, weights: documentWeights(analyzed), embedding: builtinVector(analyzed) };
      });
      done += await saveDocuments(db, { reading: ANALYSIS_VERSION, space, documents });
      onProgress?.({ stage: "reading", done, total: Math.max(done, total) });
    }
    afterRowId = last.rowId;
  }
}

// A stored text may be a third of its real size: it is compressed.
function* batchesOf<Row extends { readonly bytes: number }>(rows: readonly Row[]): Generator<Row[]> {
  let batch: Row[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (batch.length > 0 && bytes + row.bytes > MOST_BYTES) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += row.bytes;
  }
  yield batch;
}

async function forgetGone(db: Db, signal: AbortSignal | undefined): Promise<number> {
  for (let forgotten = 0; ; ) {
    signal?.throwIfAborted();
    const some = await forgetGoneDocuments(db, MOST_ROWS);
    forgotten += some;
    if (some < MOST_ROWS) return forgotten;
  }
}
