/** Finding issues: how texts are read, ranked and embedded, and how the index follows the issues. */
export { createBuiltinEmbedder } from "./builtin.ts";
export { BUILTIN_SPACE } from "./builtin-vector.ts";
export { type IndexOptions, type IndexProgress, type IndexReport, indexStale } from "./index-stale.ts";
export {
  type Embedders,
  type Hit,
  type IssueSearch,
  SEARCH_MODES,
  type SearchFilter,
  type SearchMode,
  type SearchResult,
  type SimilarSearch,
  searchIssues,
  similarIssues,
} from "./search.ts";
export { similarity } from "./similarity.ts";
