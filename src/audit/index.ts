/** Audit: every call leaves one record, in a local journal first, in the store soon after, chained by a keyed hash. */
export { type Adopted, type AdoptParts, adoptJournals } from "./adopt.ts";
export { type AuditOptions, createAudit } from "./audit.ts";
export { type AuditFilter, type AuditSource, type Entry, listAudit } from "./entries.ts";
export { type ExportFormat, exportAudit, jsonLine } from "./export.ts";
export type { Audit, AuditEntry, CallFacts, Writer } from "./types.ts";
export { type AuditReport, type Finding, verifyAudit } from "./verify.ts";
