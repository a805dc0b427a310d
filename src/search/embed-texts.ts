import { isPreloopError } from "#base";
import type { Embedder } from "#model";
import { type Db, type SpaceRow, saveEmbeddings, type UnembeddedText } from "#store";
import { withComments } from "./text/analyze-text.ts";

/** Texts that the model fails at, by row: their hash then, and why. */
export type SkippedTexts = Map<number, { readonly textHash: string; readonly error: string }>;

/** Work of embedding for one space. */
export interface EmbeddingWork {
  readonly space: SpaceRow;
  readonly model: Embedder;
  readonly owner: string;
  /** Counts what is done, also when the model fails on the way. */
  readonly total: { embedded: number; reused: number };
  readonly skipped: SkippedTexts;
}

const PROBE = { title: "A probe", body: "Does the model answer at all?" };

const isOfText = (error: unknown): error is Error =>
  isPreloopError(error, "model_failed") && error.data?.isOfText === true;

/** Embeds a batch, or around the texts of it that the model fails at: one of them must not hold up all behind it. */
export async function embedTexts(
  db: Db,
  work: EmbeddingWork,
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
  { space, model }: EmbeddingWork,
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
