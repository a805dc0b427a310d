import { isPreloopError, messageOf } from "#base";
import type { EmbeddableText, Embedder } from "#model";
import {
  countAllowed,
  type Db,
  type IssueRow,
  isNarrow,
  listSpaces,
  type RankFilter,
  rankIssues,
  readTermCounts,
  type SpaceRow,
  type VectorQuery,
} from "#store";
import { type AnalyzedText, analyzeText } from "./analyze-text.ts";
import { BUILTIN_SPACE, builtinVector } from "./builtin-vector.ts";
import { explainHits, type HitExplanation } from "./explain-hits.ts";
import {
  type Counts,
  idf,
  numbersOf,
  queryWeights,
  rarestTerms,
  smoothIdf,
  termNumber,
} from "./term-weights.ts";

/** By words and meaning together, by words alone, by meaning alone. */
export const SEARCH_MODES = ["hybrid", "fulltext", "similarity"] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];

/** The models that embed besides the built-in embedding, which is always there; preferred first. */
export interface Embedders {
  readonly models: readonly Embedder[];
}

export interface SearchFilter {
  readonly tracker?: string | undefined;
  readonly project?: string | undefined;
  /** `open`, `closed`, or the tracker's own word. */
  readonly status?: string | undefined;
  readonly createdBefore?: Date | undefined;
  readonly excludeRowId?: number | undefined;
}

export interface IssueSearch extends SearchFilter {
  readonly text: string;
  readonly mode?: SearchMode;
  /** 10 without it. */
  readonly limit?: number;
  /** Issues of about now come first among similar ones. */
  readonly recency?: boolean;
}

/** Search for the issues similar to a new or a known one. */
export interface SimilarSearch extends SearchFilter, EmbeddableText {
  readonly limit?: number;
  readonly mode?: SearchMode;
  /** Issues of about this time come first among similar ones: when the issue was created. Now without it. */
  readonly at?: Date;
  /** False ranks by similarity alone. */
  readonly recency?: boolean;
}

export interface Hit extends HitExplanation {
  readonly row: IssueRow;
  /** 0 to 1: how high it stands in the lists it was found by. No threshold parts what is alike from what is not. */
  readonly score: number;
}

/** Result of a search, best first. */
export interface SearchResult {
  readonly hits: readonly Hit[];
  readonly mode: SearchMode;
  /** The vector space that was used, if any. */
  readonly space?: string;
  /** What people should know: a model that did not answer, a store with nothing in it. */
  readonly notes: readonly string[];
}

/** Issues for a text that a person or an agent looks for. @throws store_unavailable */
export function searchIssues(
  db: Db,
  { text, recency = false, ...search }: IssueSearch,
  embedders: Embedders,
  signal?: AbortSignal,
): Promise<SearchResult> {
  return find(db, { title: text, body: "", ...search, recency }, embedders, signal);
}

/** Issues that are like an issue: the shortlist for duplicates, best first. @throws store_unavailable */
export function similarIssues(
  db: Db,
  search: SimilarSearch,
  embedders: Embedders,
  signal?: AbortSignal,
): Promise<SearchResult> {
  return find(db, search, embedders, signal);
}

async function find(
  db: Db,
  search: SimilarSearch,
  embedders: Embedders,
  signal: AbortSignal | undefined,
): Promise<SearchResult> {
  const { mode = "hybrid", limit = 10, recency = true, at = new Date() } = search;
  const analyzed = analyzeText(search);
  const counts = await readTermCounts(db, numbersOf(analyzed));
  if (counts.documents === 0) return { hits: [], mode, notes: [EMPTY] };
  const { excludeRowId, ...rest } = search;
  const filter: RankFilter = { ...rest, exceptRowId: excludeRowId };
  const meaning =
    mode === "fulltext"
      ? undefined
      : await meaningOf(db, { search, analyzed, counts, filter }, embedders, signal);
  const weights = queryWeights(analyzed, counts);
  const words =
    mode === "similarity" || weights.size === 0
      ? undefined
      : { weights, anyOf: rarestTerms(weights, counts) };
  signal?.throwIfAborted();
  const ranked = await rankIssues(db, {
    words,
    vector: meaning?.vector,
    filter,
    near: recency ? at : undefined,
    limit,
  });
  const explained = await explainHits(db, ranked, weightsByTerm(analyzed, counts));
  return {
    hits: ranked.map((hit, index) => ({ ...hit, ...explained[index]! })),
    mode,
    ...(meaning && { space: meaning.space }),
    notes: meaning?.notes ?? [],
  };
}

const EMPTY = "Nothing is indexed yet; run `preloop sync` first.";

interface Asked {
  readonly search: EmbeddableText;
  readonly analyzed: AnalyzedText;
  readonly counts: Counts;
  readonly filter: RankFilter;
}

interface Meaning {
  readonly space: string;
  readonly vector: VectorQuery | undefined;
  readonly notes: readonly string[];
}

// Above so many an index is quicker than looking at all; below it is not, and looking at all is exact.
const EXACT_UP_TO = 20_000;

async function meaningOf(db: Db, asked: Asked, embedders: Embedders, signal?: AbortSignal): Promise<Meaning> {
  const spaces = await listSpaces(db);
  const notes: string[] = [];
  const byModel = await askModel(spaces, asked.search, { embedders, notes, signal });
  const space = byModel?.space ?? spaces.find(({ name }) => name === BUILTIN_SPACE.id);
  if (!space) return { space: BUILTIN_SPACE.id, vector: undefined, notes };
  const vector =
    byModel?.vector ?? builtinVector(asked.analyzed, (term) => smoothIdf(asked.counts, termNumber(term)));
  const isIndexed =
    space.isIndexed &&
    (!isNarrow(asked.filter) || (await countAllowed(db, asked.filter, EXACT_UP_TO)) >= EXACT_UP_TO);
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

function weightsByTerm(analyzed: AnalyzedText, counts: Counts): Map<string, number> {
  const terms = [...analyzed.title.keys(), ...analyzed.body.keys()].slice(0, 1000);
  return new Map(terms.map((term) => [term, idf(counts, termNumber(term))]));
}
