import type { IndexProgress } from "#search";
import type { SyncEvent, SyncOptions, SyncReport } from "#sync";
import type { Tracker } from "#trackers";
import type { House } from "./house.ts";

/** What one run is told. */
export interface RunOrder extends Pick<SyncOptions, "full" | "acceptLoss"> {
  readonly onEvent: (event: SyncEvent) => void;
  readonly onIndexed: (progress: IndexProgress) => void;
}

/** What came of a run. */
export interface RunResult {
  readonly report: SyncReport;
  readonly index: Indexed;
}

/** What was made findable: texts that were read, those that a model embedded, and why some were not. */
export interface Indexed {
  readonly read: number;
  readonly embedded: number;
  readonly notes: readonly string[];
}

/** One run: trackers are read into the store, then what changed is made findable. */
export type SyncRun = (order: RunOrder) => Promise<RunResult>;

/** Opens what runs need, once for all of them. */
export async function createSyncRun(
  house: House,
  trackers: readonly Tracker[],
  signal: AbortSignal,
): Promise<SyncRun> {
  const db = await house.store();
  const { log } = await house.foundation();
  const { syncProjects } = await import("#sync");
  return async ({ onIndexed, ...order }) => {
    const report = await syncProjects(trackers, { ...order, db, log, signal });
    return { report, index: await makeFindable(house, signal, onIndexed) };
  };
}

const NOTHING: Indexed = { read: 0, embedded: 0, notes: [] };

async function makeFindable(
  house: House,
  signal: AbortSignal,
  onProgress: (progress: IndexProgress) => void,
): Promise<Indexed> {
  if (signal.aborted) return NOTHING;
  const [{ indexStale }, { openEmbedder }] = await Promise.all([import("#search"), import("#llm")]);
  const { loaded, settings, log } = await house.foundation();
  try {
    // Asked for with every run: a model server may come up, or be given another model.
    const { embedder, note } = await openEmbedder(loaded.config.embeddings, {
      ollamaHost: settings.ollamaHost,
      log,
      signal,
    });
    const models = embedder ? [embedder] : [];
    const index = await indexStale(await house.store(), { models }, { signal, onProgress });
    return { ...index, notes: [...(note === undefined ? [] : [note]), ...index.notes] };
  } catch (error) {
    if (signal.aborted) return NOTHING;
    throw error;
  }
}
