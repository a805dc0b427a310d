/** Policy: which calls pass, which are asked about, which are refused. Pure and synchronous. */
export { OWN_TOOLS } from "./builtin.ts";
export { compilePolicy } from "./compile.ts";
export { OWN_SERVER } from "./rules.ts";
export type { Policy, PolicyInput, ToolTarget } from "./types.ts";
