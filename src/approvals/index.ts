/** Approvals: a question to a person, bound to one exact call, kept as a row that outlives every process. */
export type {
  ApprovalFilter,
  Ask,
  Begun,
  CallerSide,
  DecideInput,
  DeciderSide,
  GrantRequest,
  RecordedOutcome,
  Redeemed,
  SessionRow,
  Standing,
  StandingYes,
} from "./types.ts";
