import type { EmbeddableText, Embedder } from "#model";
import type { IssueRow } from "#store";
import type { HitExplanation } from "./explain-hits.ts";

/** Ways to rank: by words and meaning together, by words alone, by meaning alone. */
export const SEARCH_MODES = ["hybrid", "fulltext", "similarity"] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];

/** Models that embed besides the built-in embedding, which is always there; preferred first. */
export interface Embedders {
  readonly models: readonly Embedder[];
}

/** Limits of what is found; one that is left out limits nothing. */
export interface SearchFilter {
  readonly tracker?: string | undefined;
  readonly project?: string | undefined;
  /** `open`, `closed`, or the tracker's own word. */
  readonly status?: string | undefined;
  readonly createdBefore?: Date | undefined;
  readonly excludeRowId?: number | undefined;
}

/** Search for issues by a text. */
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

/** Issue that was found, and why. */
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

/** Options of bringing the index up to date. */
export interface IndexOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: IndexProgress) => void) | undefined;
  /** Only these issues, for who knows which have changed. Models then wait for the next full run. */
  readonly rowIds?: readonly number[] | undefined;
}

/** Progress of one stage of it. */
export interface IndexProgress {
  readonly stage: "reading" | "embedding";
  /** How many texts are done so far, of how many. */
  readonly done: number;
  readonly total: number;
}

/** Report of what was brought up to date. */
export interface IndexReport {
  /** Texts that were read because they were new or had changed. */
  readonly read: number;
  /** Texts of issues that are gone. */
  readonly forgotten: number;
  /** Texts that a model embedded, and those that had the vector of a like text already. */
  readonly embedded: number;
  readonly reused: number;
  /** Why a model's vectors are not complete. */
  readonly notes: readonly string[];
}
