/** Policy: which calls pass, which are asked about, which are refused. Pure and synchronous. */
export type { Policy, PolicyInput, ToolTarget } from "./types.ts";
