/** Approvals: a question to a person, bound to one exact call, kept as a row that outlives every process. */
export { type CallerOptions, createCallerSide } from "./caller-side.ts";
export { createDeciderSide, type DeciderOptions } from "./decider-side.ts";
export { compileGlob } from "./glob.ts";
export { patienceFor } from "./patience.ts";
export { oddlyHidden, oddlyHiddenFrom } from "./reveal.ts";
export { createStandingYes, type StandingOptions } from "./standing.ts";
export { isForOnePerson, type Tally, talliesOf } from "./tally.ts";
export { hopelessWord, missingWord, tallyWord } from "./tally-words.ts";
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
  Unanswered,
} from "./types.ts";
