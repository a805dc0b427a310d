/** Issues that say the same: found across projects, judged, and resolved by steps that others approve. */
export { type CheckOptions, checkDuplicates } from "./check.ts";
export { dismissPair, judgePairs } from "./judge.ts";
export { listDuplicates } from "./list.ts";
export { resolutionCalls, type UpdateArguments } from "./resolve.ts";
export type {
  DuplicatePair,
  Judged,
  PairVerdict,
  Resolution,
} from "./types.ts";
