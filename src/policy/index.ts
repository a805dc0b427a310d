/** Policy: which calls pass, which are asked about, which are refused. Pure and synchronous. */
export { BUILTIN_TOOLS } from "./builtin.ts";
export { checkPolicy } from "./check/check.ts";
export type { PolicyFinding } from "./check/checked-rule.ts";
export { compilePolicy } from "./compile.ts";
export { type Explanation, type ExplanationStep, explainCall } from "./explain.ts";
export { compileGlob, type Glob } from "./glob.ts";
export type { LocalFiles } from "./local-places.ts";
export { hideTools } from "./narrow.ts";
export { type RecordedCall, type Replay, replayCall } from "./replay.ts";
export { BUILTIN_SERVER, targetOf } from "./rules.ts";
export { distrust, stricterOf } from "./stricter.ts";
export { targetsOf } from "./targets.ts";
export type { Policy, PolicyInput, ToolTarget } from "./types.ts";
