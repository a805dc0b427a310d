import type { IssueRow } from "#store";

/** Verdicts on what two issues are to each other. */
export const PAIR_VERDICTS = ["duplicate", "overlapping", "unrelated"] as const;
export type PairVerdict = (typeof PAIR_VERDICTS)[number];

/** Pair of issues that may say the same. */
export interface DuplicatePair {
  readonly older: IssueRow;
  readonly newer: IssueRow;
  /** 0 to 1. It ranks; it parts nothing: duplicates and others overlap all along. */
  readonly likeness: number;
  /** Left out as long as nobody has judged. */
  readonly judged?: Judged;
}

/** Verdict on a pair, whose it is, and why. */
export interface Judged {
  readonly verdict: PairVerdict;
  readonly reason: string;
  /** A model's id, or `person:` and who. */
  readonly judge: string;
}

/** Resolution of a pair. The newer issue gives way to the older one, and nothing is deleted. */
export type Resolution = "close" | "link" | "merge" | "dismiss";
