import { randomUUID } from "node:crypto";
import { isPreloopError, messageOf } from "#base";
import type { Embedder } from "#model";
import {
  type Db,
  leaseSpace,
  listUnembeddedTexts,
  openSpace,
  readCoverage,
  releaseSpace,
  reuseEmbeddings,
  type SpaceRow,
} from "#store";
import { type EmbeddingWork, embedTexts, type SkippedTexts } from "./embed-texts.ts";
import { ENOUGH, serveWhenReady } from "./serve-space.ts";
import type { IndexOptions } from "./types.ts";

/** Report of embedding with one model. */
export interface EmbedReport {
  readonly embedded: number;
  readonly reused: number;
  /** Why the space is not complete. */
  readonly note?: string;
}

const LEASE_MS = 120_000;
const BATCH = 32;

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
  const skipped: SkippedTexts = new Map();
  // Whoever finds the lease taken leaves its texts to the holder, which looks once more after letting go.
  while (await hasUnembedded(db, space)) {
    if (!(await lease(db, space, owner)))
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
  await serveWhenReady(db, space, skipped.size);
  const [why] = skipped.values();
  return why === undefined ? total : { ...total, note: `${skipped.size} texts are left out: ${why.error}` };
}

const lease = (db: Db, space: SpaceRow, owner: string) =>
  leaseSpace(db, { space: space.number, owner, forMs: LEASE_MS });

async function hasUnembedded(db: Db, { number }: SpaceRow): Promise<boolean> {
  return (await listUnembeddedTexts(db, { space: number, afterRowId: 0, limit: 1 })).length > 0;
}

async function embedUnembedded(db: Db, work: EmbeddingWork, options: IndexOptions): Promise<void> {
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
    if (!last || !(await lease(db, space, owner))) return;
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
    await embedTexts(db, work, fresh, options.signal);
    const done = total.embedded + total.reused + skipped.size - before;
    options.onProgress?.({ stage: "embedding", done, total: Math.max(done, unembedded) });
    if (!isSettled && done >= enough) {
      await serveWhenReady(db, space, skipped.size);
      isSettled = true;
    }
    afterRowId = last.rowId;
  }
}
