/** The terminal where people decide: full screen, by keys, safe against what it shows. */
export { type ApprovalsTuiOptions, runApprovalsTui } from "./run.tsx";
