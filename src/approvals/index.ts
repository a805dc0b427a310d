/** Approvals: a question to a person, bound to one exact call, kept as a row that outlives every process. */
export type { SessionRecord } from "#store";
export { type ApprovalDecisionsOptions, createApprovalDecisions } from "./approval-decisions.ts";
export { type ApprovalRequestsOptions, createApprovalRequests } from "./approval-requests.ts";
export { clientTimeoutFor } from "./client-timeouts.ts";
export type {
  ApprovalDecisions,
  ApprovalFilter,
  DecideInput,
  GrantRequest,
} from "./decision-types.ts";
export { createLiveGrants, type LiveGrantsOptions } from "./grants/live-grants.ts";
export { compileSafeGlob } from "./grants/safe-glob.ts";
export { oddlyHidden, oddlyHiddenFrom } from "./reveal.ts";
export { isForOnePerson, type Tally, talliesOf } from "./tally.ts";
export { hopelessWord, missingWord, tallyWord } from "./tally-words.ts";
export type {
  ApprovalRequests,
  Ask,
  BeginResult,
  LiveGrants,
  RecordedOutcome,
  Redeemed,
  RunPreconditions,
  Unanswered,
} from "./types.ts";
