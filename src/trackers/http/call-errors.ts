import { PreloopError, REDACTED, redactText } from "#base";
import type { AttemptResult } from "./attempt.ts";
import type { TrackerAnswer, TrackerCall } from "./types.ts";

/** Factory of the errors of one tracker's calls: each names the tracker, the thing and the next step, and no secret. */
export interface CallErrors {
  limited(call: TrackerCall, waitMs: number | undefined, now: Date): PreloopError;
  broken(
    call: TrackerCall,
    result: Extract<AttemptResult, { kind: "broken" }>,
    attempts: number,
  ): PreloopError;
  wrong(call: TrackerCall, result: Extract<AttemptResult, { kind: "wrong" }>): PreloopError;
  /** For 401 and 403. */
  refused(call: TrackerCall, answer: TrackerAnswer): PreloopError;
  cancelled(call: TrackerCall, isClosed: boolean): PreloopError;
}

export function createCallErrors(tracker: string, secrets: readonly string[]): CallErrors {
  const safe = (text: string) => withoutSecrets(text, secrets);
  return {
    limited(call, waitMs, now) {
      const retryAt = waitMs === undefined ? undefined : new Date(now.getTime() + waitMs);
      const when = waitMs === undefined ? "later" : `in ${inWords(waitMs)}`;
      return new PreloopError(
        "tracker_limited",
        `${tracker} allows no more calls for now (${call.about}); ask again ${when}`,
        { data: { tracker, ...(retryAt ? { retryAt: retryAt.toISOString() } : {}) } },
      );
    },
    broken(call, { reason, wasSent }, attempts) {
      const tried = attempts > 1 ? ` after ${attempts} attempts` : "";
      const isUnknown = wasSent && !mayRepeat(call);
      const next = isUnknown
        ? mayBeDone(call.about)
        : `see whether it is up and trackers.${tracker}.url is right, then ask again`;
      return new PreloopError(
        "tracker_failed",
        `${tracker} gave no answer about ${call.about}${tried}: ${safe(reason)}; ${next}`,
        { data: { tracker, ...(isUnknown ? { outcome: "unknown" } : {}) } },
      );
    },
    wrong(call, { reason, status }) {
      // 302 and 303 send a caller on once its work was done, too.
      const mayBe = (status >= 200 && status < 300) || status === 302 || status === 303;
      const isUnknown = mayBe && !mayRepeat(call);
      const also = isUnknown ? `; ${mayBeDone(call.about)}` : "";
      return new PreloopError(
        "tracker_failed",
        `${tracker} did not speak its API when asked for ${call.about}: ${safe(reason)} (${status}); see whether trackers.${tracker}.url is right and no login page stands in front${also}`,
        { data: { tracker, status, ...(isUnknown ? { outcome: "unknown" } : {}) } },
      );
    },
    refused(call, answer) {
      const word = safe(vendorMessage(answer.data));
      const said = word === "" ? "" : ` ("${word}")`;
      const next =
        answer.status === 401
          ? `its token is wrong, expired or revoked: make a new one and set trackers.${tracker}`
          : "its token may not do that: docs/trackers.md lists the permissions it needs";
      return new PreloopError("tracker_refused", `${tracker} refused ${call.about}${said}; ${next}`, {
        data: { tracker, status: answer.status },
      });
    },
    cancelled: (call, isClosed) =>
      new PreloopError(
        "request_cancelled",
        isClosed
          ? `${tracker} was closed while asked for ${call.about}`
          : `the call for ${call.about} of ${tracker} was cancelled`,
      ),
  };
}

function inWords(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

/** What to do about a write whose answer cannot be read. */
export function mayBeDone(about: string): string {
  return about.startsWith("a new issue")
    ? "the issue may exist all the same; search before creating it again"
    : "it may have been done all the same: look before doing it again";
}

/** Whether a second delivery does no harm. */
export function mayRepeat(call: TrackerCall): boolean {
  return call.isRepeatable ?? (call.method === "GET" || call.method === "HEAD");
}

/**
 * What a vendor says went wrong, as one line: GitHub's `message` and `errors`, GitLab's `message` or `error`, Jira's
 * `errorMessages` and `errors`. Empty when it says nothing.
 */
export function vendorMessage(data: unknown): string {
  const words = collectWords(data, 0).filter((word) => word.trim() !== "");
  const line = [...new Set(words)].join("; ").replace(/\s+/g, " ").trim();
  return line.length > 400 ? `${line.slice(0, 399)}…` : line;
}

const SAYING = ["message", "error_description", "error", "errorMessages", "errors"];

function collectWords(data: unknown, depth: number): string[] {
  if (typeof data === "string") return [data];
  if (depth > 4 || typeof data !== "object" || data === null) return [];
  if (Array.isArray(data)) return data.slice(0, 10).flatMap((item) => collectWords(item, depth + 1));
  const object = data as Record<string, unknown>;
  // GitHub's `{"resource": "Issue", "field": "title", "code": "missing"}`.
  if (typeof object.field === "string") return [`${object.field} ${object.message ?? object.code ?? ""}`];
  const said = SAYING.flatMap((name) => collectWords(object[name], depth + 1));
  if (depth === 0 || said.length > 0) return said;
  // `{"title": ["can't be blank"]}`
  return Object.entries(object).flatMap(([name, value]) =>
    collectWords(value, depth + 1).map((word) => `${name} ${word}`),
  );
}

/** The text without any of the secrets, known or told by their shape. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let safe = text;
  for (const secret of secrets) if (secret !== "") safe = safe.replaceAll(secret, REDACTED);
  return redactText(safe);
}
