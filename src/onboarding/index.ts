/** Onboarding: puts preloop in front of the servers that clients have, takes it out again, and says what is wrong. */
export { applyPlan } from "./apply.ts";
export { type Asked, type AskOptions, askServers } from "./ask-server.ts";
export { type Finding, runChecks } from "./doctor.ts";
export type { ProposedRule } from "./extend-config.ts";
export { configAfter, type InitPlan, planInit } from "./plan.ts";
export { planLines, proposalLines, undoneLines } from "./plan-text.ts";
export { proposeRules } from "./propose.ts";
export { readConfigBytes } from "./read-file.ts";
export { scanClients } from "./scan.ts";
export type { Surroundings } from "./types.ts";
export { type Undone, undoChanges } from "./undo.ts";
