/** The legacy revisions, newest first: a session is opened by `initialize` (https://modelcontextprotocol.io/specification/versioning). */
export const LEGACY_REVISIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;

/** The modern revisions: stateless, each request carries its envelope in `_meta`. */
export const MODERN_REVISIONS = ["2026-07-28"] as const;

/** The legacy revision that servers are offered, and clients that ask for an unknown one. */
export const NEWEST_LEGACY = LEGACY_REVISIONS[0];

/** The modern revision that preloop speaks to servers. */
export const NEWEST_MODERN = MODERN_REVISIONS[0];

/**
 * The legacy revisions that a server may answer with. The draft of 2024-10-07 is one of them, for servers that were never
 * updated; no client is left that asks for it, so to clients it is not offered.
 */
export const SERVER_REVISIONS: readonly string[] = [...LEGACY_REVISIONS, "2024-10-07"];

/** The revision whose core has tasks; older ones have none, and the next one made them an extension. */
export const TASKS_REVISION = "2025-11-25";

/** True for a legacy revision that clients may speak. */
export function isLegacyRevision(value: unknown): value is (typeof LEGACY_REVISIONS)[number] {
  return (LEGACY_REVISIONS as readonly unknown[]).includes(value);
}

/** True for a modern revision. */
export function isModernRevision(value: unknown): value is (typeof MODERN_REVISIONS)[number] {
  return (MODERN_REVISIONS as readonly unknown[]).includes(value);
}
