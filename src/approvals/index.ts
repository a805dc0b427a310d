/** Approvals: a question to a person, bound to one exact call, kept as a row that outlives every process. */

export { type ApprovalDecisionsOptions, createApprovalDecisions } from "./approval-decisions.ts";
export { type ApprovalRequestsOptions, createApprovalRequests } from "./approval-requests.ts";
export { clientTimeoutFor } from "./client-timeouts.ts";
export { createLiveGrants, type LiveGrantsOptions } from "./live-grants.ts";
export { oddlyHidden, oddlyHiddenFrom } from "./reveal.ts";
export { compileSafeGlob } from "./safe-glob.ts";
export { isForOnePerson, type Tally, talliesOf } from "./tally.ts";
export { hopelessWord, missingWord, tallyWord } from "./tally-words.ts";
export type {
  ApprovalDecisions,
  ApprovalFilter,
  ApprovalRequests,
  Ask,
  BeginResult,
  DecideInput,
  GrantRequest,
  LiveGrants,
  RecordedOutcome,
  Redeemed,
  RunPreconditions,
  SessionRow,
  Unanswered,
} from "./types.ts";
