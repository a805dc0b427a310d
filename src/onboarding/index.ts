/** Onboarding: puts preloop in front of the servers that clients have, takes it out again, and says what is wrong. */
export { applyPlan } from "./apply.ts";
export { configAfter } from "./config-after.ts";
export { type AskOptions, askServers, type ServerAnswer } from "./doctor/ask-server.ts";
export { runChecks } from "./doctor/doctor.ts";
export type { DoctorFinding } from "./doctor/doctor-context.ts";
export type { ProposedRule } from "./extend-config.ts";
export type { InitPlan } from "./init-plan.ts";
export { planInit } from "./plan.ts";
export { planLines, proposalLines, undoneLines } from "./plan-text.ts";
export { proposeRules } from "./propose.ts";
export { readConfigBytes } from "./read-file.ts";
export { scanClients } from "./scan.ts";
export type { MachineInfo } from "./types.ts";
export { type UndoneFile, undoChanges } from "./undo.ts";
