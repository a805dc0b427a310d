import { randomUUID } from "node:crypto";
import { isPreloopError, messageOf } from "#base";
import type { Embedder } from "#model";
import {
  claimSpace,
  type Db,
  dropSpace,
  indexSpace,
  listSpaces,
  listUnembeddedTexts,
  openSpace,
  readCoverage,
  releaseSpace,
  reuseEmbeddings,
  type SpaceRow,
  saveEmbeddings,
  serveSpace,
  type UnembeddedText,
} from "#store";
import { withComments } from "./analyze-text.ts";
import type { IndexOptions } from "./index-stale.ts";

/** Report of embedding with one model. */
export interface EmbedReport {
  readonly embedded: number;
  readonly reused: number;
  /** Why the space is not complete. */
  readonly note?: string;
}

const LEASE_MS = 120_000;
const BATCH = 32;
/** The share of texts from which on a new space may serve. */
const ENOUGH = 0.95;
// Up to here looking at all vectors is quick enough.
const INDEX_FROM = 20_000;

/**
 * Embeds what a model's space lacks, in the one process that holds the space's lease, and lets the space serve as soon as
 * it has nearly all; the space that served before goes then. A model that fails costs only what it would have added.
 */
export async function embedSpace(db: Db, model: Embedder, options: IndexOptions): Promise<EmbedReport> {
  const space = await openSpace(db, {
    name: model.space.id,
    dimensions: model.space.dimensions,
    state: "building",
  });
  const owner = randomUUID();
  const total = { embedded: 0, reused: 0 };
  const skipped: Skipped = new Map();
  // Whoever finds the lease taken leaves its texts to the holder, which looks once more after letting go.
  while (await hasUnembedded(db, space)) {
    if (!(await claim(db, space, owner)))
      return { ...total, note: `Another process embeds with ${model.space.id} just now` };
    try {
      const before = total.embedded + total.reused;
      await embedUnembedded(db, { space, model, owner, total, skipped }, options);
      if (total.embedded + total.reused === before) break;
    } catch (error) {
      if (!isPreloopError(error, "model_failed")) throw error;
      return { ...total, note: messageOf(error) };
    } finally {
      await releaseSpace(db, space.number, owner);
    }
  }
  await settle(db, space, skipped.size);
  const [why] = skipped.values();
  return why === undefined ? total : { ...total, note: `${skipped.size} texts are left out: ${why.error}` };
}

/** What the model fails at, by row: as it was then, and why. */
type Skipped = Map<number, { readonly textHash: string; readonly error: string }>;

const claim = (db: Db, space: SpaceRow, owner: string) =>
  claimSpace(db, { space: space.number, owner, forMs: LEASE_MS });

async function hasUnembedded(db: Db, { number }: SpaceRow): Promise<boolean> {
  return (await listUnembeddedTexts(db, { space: number, afterRowId: 0, limit: 1 })).length > 0;
}

interface Work {
  readonly space: SpaceRow;
  readonly model: Embedder;
  readonly owner: string;
  /** Counts what is done, also when the model fails on the way. */
  readonly total: { embedded: number; reused: number };
  readonly skipped: Skipped;
}

async function embedUnembedded(db: Db, work: Work, options: IndexOptions): Promise<void> {
  const { space, owner, total, skipped } = work;
  const before = total.embedded + total.reused;
  const coverage = await readCoverage(db, space.number);
  const unembedded = coverage.documents - coverage.embedded;
  const enough = unembedded - coverage.documents * (1 - ENOUGH);
  let isSettled = space.state !== "building";
  for (let afterRowId = 0; ; ) {
    options.signal?.throwIfAborted();
    const texts = await listUnembeddedTexts(db, { space: space.number, afterRowId, limit: BATCH });
    const last = texts.at(-1);
    if (!last || !(await claim(db, space, owner))) return;
    const alike = new Set(
      await reuseEmbeddings(
        db,
        space.number,
        texts.map(({ rowId }) => rowId),
      ),
    );
    total.reused += alike.size;
    const fresh = texts.filter(
      ({ rowId, textHash }) => !alike.has(rowId) && skipped.get(rowId)?.textHash !== textHash,
    );
    await embedAround(db, work, fresh, options.signal);
    const done = total.embedded + total.reused + skipped.size - before;
    options.onProgress?.({ stage: "embedding", done, total: Math.max(done, unembedded) });
    if (!isSettled && done >= enough) {
      await settle(db, space, skipped.size);
      isSettled = true;
    }
    afterRowId = last.rowId;
  }
}

const PROBE = { title: "A probe", body: "Does the model answer at all?" };

const isOfText = (error: unknown): error is Error =>
  isPreloopError(error, "model_failed") && error.data?.isOfText === true;

/** Embeds a batch, or around the texts of it that the model fails at: one of them must not hold up all behind it. */
async function embedAround(
  db: Db,
  work: Work,
  texts: readonly UnembeddedText[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { total, skipped, model } = work;
  try {
    total.embedded += await embedBatch(db, work, texts, signal);
    return;
  } catch (error) {
    if (!isOfText(error)) throw error;
  }
  await model.embedDocuments([PROBE], signal); // a model that is broken fails at this too
  for (const text of texts) {
    try {
      total.embedded += await embedBatch(db, work, [text], signal);
    } catch (error) {
      if (!isOfText(error)) throw error;
      skipped.set(text.rowId, { textHash: text.textHash, error: error.message });
    }
  }
}

async function embedBatch(
  db: Db,
  { space, model }: Work,
  texts: readonly UnembeddedText[],
  signal: AbortSignal | undefined,
): Promise<number> {
  // Copies inside a batch are embedded once.
  const firsts = [...new Map(texts.map((text) => [text.textHash, text])).values()];
  if (firsts.length === 0) return 0;
  const vectors = await model.embedDocuments(
    firsts.map(({ title, body, comments }) => ({ title, body: withComments(body, comments) })),
    signal,
  );
  const byHash = new Map(firsts.map(({ textHash }, at) => [textHash, vectors[at]!]));
  await saveEmbeddings(
    db,
    space.number,
    texts.map(({ rowId, textHash }) => ({ rowId, textHash, embedding: byHash.get(textHash)! })),
  );
  return firsts.length;
}

/** Lets a space serve that has enough, with an index when it is large, and takes away the one it replaces. */
async function settle(db: Db, { number }: SpaceRow, skipped: number): Promise<void> {
  const { documents, embedded } = await readCoverage(db, number);
  if (embedded === 0 || embedded + skipped < documents * ENOUGH) return;
  const space = (await listSpaces(db)).find((one) => one.number === number);
  if (!space) return;
  await indexWhenLarge(db, space, embedded);
  if (space.state === "building") await db.transaction((tx) => serveSpace(tx, number));
  await dropLeaving(db);
}

/** Takes away the spaces that have been replaced. */
export async function dropLeaving(db: Db): Promise<void> {
  for (const { number, state } of await listSpaces(db))
    if (state === "leaving") while (!(await dropSpace(db, number, 1000)));
}

/** Makes the index of a space that has become large; small ones are looked at as a whole. */
export async function indexWhenLarge(db: Db, space: SpaceRow, embedded: number): Promise<void> {
  if (!space.isIndexed && embedded >= INDEX_FROM) await indexSpace(db, space);
}
