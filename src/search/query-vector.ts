import { isPreloopError, messageOf } from "#base";
import type { EmbeddableText } from "#model";
import {
  countAllowed,
  type Db,
  isNarrow,
  listSpaces,
  type RankFilter,
  type SpaceRow,
  type VectorQuery,
} from "#store";
import type { AnalyzedText } from "./text/analyze-text.ts";
import { BUILTIN_SPACE, builtinVector } from "./text/builtin-vector.ts";
import { type Counts, smoothIdf, termNumber } from "./text/term-weights.ts";
import type { Embedders } from "./types.ts";

/** Query in what was found out about it. */
interface AnalyzedQuery {
  readonly search: EmbeddableText;
  readonly analyzed: AnalyzedText;
  readonly counts: Counts;
  readonly filter: RankFilter;
}

/** Vector of a query, in the space that it is compared in. */
export interface QueryVector {
  readonly space: string;
  /** Undefined when nothing is in the space yet. */
  readonly vector: VectorQuery | undefined;
  readonly notes: readonly string[];
}

// Above so many an index is quicker than looking at all; below it is not, and looking at all is exact.
const EXACT_UP_TO = 20_000;

/** The query in the space of the preferred model that serves and answers, and otherwise in the built-in one. */
export async function queryVector(
  db: Db,
  query: AnalyzedQuery,
  embedders: Embedders,
  signal?: AbortSignal,
): Promise<QueryVector> {
  const spaces = await listSpaces(db);
  const notes: string[] = [];
  const byModel = await askModel(spaces, query.search, { embedders, notes, signal });
  const space = byModel?.space ?? spaces.find(({ name }) => name === BUILTIN_SPACE.id);
  if (!space) return { space: BUILTIN_SPACE.id, vector: undefined, notes };
  const vector =
    byModel?.vector ?? builtinVector(query.analyzed, (term) => smoothIdf(query.counts, termNumber(term)));
  const isIndexed =
    space.isIndexed &&
    (!isNarrow(query.filter) || (await countAllowed(db, query.filter, EXACT_UP_TO)) >= EXACT_UP_TO);
  return { space: space.name, vector: { space, vector, isIndexed }, notes };
}

interface ModelAsk {
  readonly embedders: Embedders;
  readonly notes: string[];
  readonly signal: AbortSignal | undefined;
}

/** The query in the space of a model that serves, if there is one and the model answers. */
async function askModel(
  spaces: readonly SpaceRow[],
  text: EmbeddableText,
  { embedders, notes, signal }: ModelAsk,
): Promise<{ readonly space: SpaceRow; readonly vector: Float32Array } | undefined> {
  for (const model of embedders.models) {
    const space = spaces.find(({ name, state }) => name === model.space.id && state === "serving");
    if (!space) continue;
    try {
      return { space, vector: await model.embedQuery(text, signal) };
    } catch (error) {
      if (!isPreloopError(error, "model_failed")) throw error;
      notes.push(`${messageOf(error)}; ranked by words and the built-in embedding instead`);
    }
  }
  const [wanted] = embedders.models;
  if (wanted && notes.length === 0)
    notes.push(
      `The index of ${wanted.space.id} is not built yet; ranked by words and the built-in embedding`,
    );
  return undefined;
}
