/** Finding issues: how texts are read, ranked and embedded, and how the index follows the issues. */
export { createBuiltinEmbedder } from "./builtin.ts";
export { BUILTIN_SPACE } from "./builtin-vector.ts";
export { type IndexOptions, type IndexProgress, type IndexReport, indexStale } from "./index-stale.ts";
export { likeness } from "./likeness.ts";
export {
  type Embedders,
  type Found,
  type Hit,
  type IssueSearch,
  type NearSearch,
  nearIssues,
  SEARCH_MODES,
  type SearchFilter,
  type SearchMode,
  searchIssues,
} from "./search.ts";
