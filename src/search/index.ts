/**
 * Finding issues: how texts are read, ranked and embedded, and how the index follows the issues. Those that say the same
 * are found across projects, judged, and resolved by steps that others approve.
 */
export { createBuiltinEmbedder } from "./builtin-embedder.ts";
export { type CheckOptions, checkDuplicates } from "./duplicates/check.ts";
export { dismissPair, judgePairs } from "./duplicates/judge.ts";
export { listDuplicates } from "./duplicates/list.ts";
export { resolutionCalls, type UpdateArguments } from "./duplicates/resolve.ts";
export type { DuplicatePair, Judged, PairVerdict, Resolution } from "./duplicates/types.ts";
export { indexStale } from "./index-stale.ts";
export { searchIssues, similarIssues } from "./search.ts";
export { BUILTIN_SPACE } from "./text/builtin-vector.ts";
export { similarity } from "./text/similarity.ts";
export {
  type Embedders,
  type Hit,
  type IndexOptions,
  type IndexProgress,
  type IndexReport,
  type IssueSearch,
  SEARCH_MODES,
  type SearchFilter,
  type SearchMode,
  type SearchResult,
  type SimilarSearch,
} from "./types.ts";
