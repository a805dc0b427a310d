import { type Db, type RankFilter, rankIssues, readTermCounts } from "#store";
import { explainHits } from "./explain-hits.ts";
import { queryVector } from "./query-vector.ts";
import { type AnalyzedText, analyzeText } from "./text/analyze-text.ts";
import { type Counts, idf, numbersOf, queryWeights, rarestTerms, termNumber } from "./text/term-weights.ts";
import type { Embedders, IssueSearch, SearchResult, SimilarSearch } from "./types.ts";

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
      : await queryVector(db, { search, analyzed, counts, filter }, embedders, signal);
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

function weightsByTerm(analyzed: AnalyzedText, counts: Counts): Map<string, number> {
  const terms = [...analyzed.title.keys(), ...analyzed.body.keys()].slice(0, 1000);
  return new Map(terms.map((term) => [term, idf(counts, termNumber(term))]));
}
