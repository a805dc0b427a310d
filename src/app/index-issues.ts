import { type Log, messageOf } from "#base";
import type { IndexProgress } from "#search";
import type { Db } from "#store";
import { openEmbedders } from "./open-embedders.ts";
import type { Runtime } from "./runtime.ts";

/** A report of what was made findable: texts that were read, those that a model embedded, and why some were not. */
export interface IndexingReport {
  readonly read: number;
  readonly embedded: number;
  readonly notes: readonly string[];
}

export interface IndexingOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: IndexProgress) => void;
}

const NOTHING: IndexingReport = { read: 0, embedded: 0, notes: [] };

/** Makes findable what changed in the store, with the models of the config; what is aborted is left to the next time. */
export async function indexIssues(
  runtime: Runtime,
  db: Db,
  { signal, onProgress }: IndexingOptions,
): Promise<IndexingReport> {
  if (signal.aborted) return NOTHING;
  const { indexStale } = await import("#search");
  const notes: string[] = [];
  try {
    // Asked for with every run: a model server may come up, or be given another model.
    const embedders = await openEmbedders(runtime, (note) => notes.push(note), signal);
    const index = await indexStale(db, embedders, { signal, onProgress });
    return { ...index, notes: [...notes, ...index.notes] };
  } catch (error) {
    if (signal.aborted) return NOTHING;
    throw error;
  }
}

/** An index that follows writes of this process: one run at a time, and one more when something changed meanwhile. */
export interface FollowingIndex {
  changed(): void;
  /** Ends what runs; what is left behind, the next sync reads. */
  close(): Promise<void>;
}

/** The models' vectors are left to the next sync; words and the built-in ones are quick. */
export function createFollowingIndex(db: () => Promise<Db>, log: Log): FollowingIndex {
  const closing = new AbortController();
  const { signal } = closing;
  let running: Promise<void> | undefined;
  let isStale = false;

  async function indexUntilFresh(): Promise<void> {
    const { indexStale } = await import("#search");
    while (isStale && !signal.aborted) {
      isStale = false;
      await indexStale(await db(), { models: [] }, { signal });
    }
  }

  return {
    changed() {
      isStale = true;
      running ??= indexUntilFresh()
        .catch((error) => {
          if (!signal.aborted) log.warn(`search is behind: ${messageOf(error)}`);
        })
        .finally(() => {
          running = undefined;
        });
    },
    async close() {
      closing.abort();
      await running;
    },
  };
}
