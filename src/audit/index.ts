/** Audit: every call leaves one record, in a local journal first, in the store soon after, chained by a keyed hash. */

export { type AuditOptions, createAudit } from "./audit.ts";
export { type AuditFilter, type AuditSource, type ListedEntry, listAudit } from "./entries.ts";
export { type ExportFormat, exportAudit, jsonLine } from "./export.ts";
export { type RecoverJournalsOptions, type RecoveryReport, recoverJournals } from "./recover-journals.ts";
export type { Audit, AuditEntry, CallFacts, Writer } from "./types.ts";
export { type AuditReport, verifyAudit } from "./verify.ts";
export type { AuditFinding } from "./verify-writer.ts";
