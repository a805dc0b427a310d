/** Audit: every call leaves one record, in a local journal first, in the store soon after, chained by a keyed hash. */
export type { Audit, AuditEntry, CallFacts } from "./types.ts";
