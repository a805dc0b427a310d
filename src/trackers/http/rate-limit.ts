/** Rate limit of a host, as one of its answers tells it. */
export interface RateLimit {
  /** The host refused because of a limit; nothing was done. */
  readonly isRefusal: boolean;
  /** How long the host asks to be left alone, where it says; an hour at most. */
  readonly waitMs?: number;
}

/**
 * Reads the limit headers of all vendors: `Retry-After`, `X-RateLimit-*` (GitHub, Jira), `RateLimit-*` (GitLab).
 * GitHub's secondary limit is a 403 that only its text tells apart from a missing permission.
 */
export function readRateLimit(status: number, headers: Headers, text: string, now: Date): RateLimit {
  const isSpent = remaining(headers) === 0 && isCommonBudget(headers);
  const asked = retryAfterMs(headers, now);
  const isSecondary = (status === 403 || status === 429) && SECONDARY.test(text.slice(0, 2_000));
  const isRefusal = status === 429 || isSecondary || (status === 403 && (asked !== undefined || isSpent));
  const spent = isSpent ? resetMs(headers, now) : undefined;
  const waitMs = asked ?? spent ?? (isSecondary ? SECONDARY_WAIT_MS : undefined);
  return { isRefusal, ...(waitMs === undefined ? {} : { waitMs: Math.min(waitMs, LONGEST_WAIT_MS) }) };
}

// Limits are reckoned by the hour. Whoever names years has a broken clock, and is asked again.
const LONGEST_WAIT_MS = 60 * 60_000;

const SECONDARY = /secondary rate limit|abuse detection|rate limit exceeded/i;
/** GitHub asks for a minute where it names no time, and bans who does not wait. */
const SECONDARY_WAIT_MS = 60_000;

function remaining(headers: Headers): number | undefined {
  const value = headers.get("x-ratelimit-remaining") ?? headers.get("ratelimit-remaining");
  return value === null || value.trim() === "" ? undefined : Number(value);
}

// GitHub counts searches and the like apart; a spent search budget says nothing about issues.
function isCommonBudget(headers: Headers): boolean {
  return (headers.get("x-ratelimit-resource") ?? "core") === "core";
}

function retryAfterMs(headers: Headers, now: Date): number | undefined {
  const value = headers.get("retry-after")?.trim();
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1_000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - serverNow(headers, now));
}

function resetMs(headers: Headers, now: Date): number | undefined {
  const value = (headers.get("x-ratelimit-reset") ?? headers.get("ratelimit-reset"))?.trim();
  if (!value) return undefined;
  const at = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value);
  // A second more: the reset is written in whole ones.
  return Number.isNaN(at) ? undefined : Math.max(0, at - serverNow(headers, now)) + 1_000;
}

// Resets are written in the server's time, and its own clock is the one to compare them with.
function serverNow(headers: Headers, now: Date): number {
  const date = Date.parse(headers.get("date") ?? "");
  return Number.isNaN(date) ? now.getTime() : date;
}
