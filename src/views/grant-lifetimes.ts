import type { GrantRequest } from "#approvals";
import { parseDuration } from "#base";

/** Lifetimes that every face offers for a grant, shortest first. */
export const GRANT_LIFETIMES = ["session", "1h", "8h", "24h", "7d"] as const;
/** One of those lifetimes, as it is written. */
export type GrantLifetime = (typeof GRANT_LIFETIMES)[number];

/** The lifetimes in the page's words. */
export const LIFETIME_WORDS: Readonly<Record<GrantLifetime, string>> = {
  session: "until this session ends",
  "1h": "for one hour",
  "8h": "for eight hours",
  "24h": "for 24 hours",
  "7d": "for seven days",
};

/** The lifetime that a grant is asked for with: of its session, or a time like `90m`. @throws usage */
export function lifetimeOf(text: string): GrantRequest["lifetime"] {
  return text === "session" ? { kind: "session" } : { kind: "for", ms: parseDuration(text) };
}
