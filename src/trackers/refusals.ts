import type { ErrorCode } from "#base";
import { messageOf, PreloopError } from "#base";
import { mayBeDone, vendorMessage, withoutSecrets } from "./http/call-errors.ts";

/** There is no such issue, or it is not ours to see: trackers answer alike. */
export function issueUnknown(tracker: string, key: string, isDeleted = false): PreloopError {
  const what = isDeleted ? "was deleted" : "does not exist, or its token cannot see it";
  return new PreloopError(
    "issue_unknown",
    `${tracker}: ${key} ${what}; search for the issue, or check the key`,
    {
      data: { tracker, key },
    },
  );
}

/** A project of the config that the tracker does not show. */
export function projectRefused(tracker: string, project: string, word: string): PreloopError {
  return new PreloopError(
    "tracker_refused",
    `${tracker} shows no issues of ${project} (${word}); see whether it was renamed or deleted, and whether the token still has access`,
    { data: { tracker, project } },
  );
}

/** A place in a listing that was kept, and that the tracker takes no longer. */
export const cursorRefused = (tracker: string): PreloopError =>
  new PreloopError("cursor_refused", `${tracker} takes the kept cursor no longer; begin without one`, {
    data: { tracker },
  });

/** What a creation answered. @throws tracker_failed, outcome unknown, when it cannot be read, so that nobody makes it twice */
export function readCreated<T>(tracker: string, about: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new PreloopError("tracker_failed", `${messageOf(error)}; ${mayBeDone(about)}`, {
      cause: error,
      data: { tracker, outcome: "unknown" },
    });
  }
}

/** A field that the tracker cannot hold as asked. Names the field, and the possible values where there are such. */
export function fieldRefused(
  tracker: string,
  field: string,
  problem: string,
  possible?: readonly string[],
): PreloopError {
  const values = possible ? `; possible: ${possible.join(", ")}` : "";
  return new PreloopError("field_refused", `${tracker} cannot set ${field}: ${problem}${values}`, {
    data: { tracker, field, ...(possible ? { possible } : {}) },
  });
}

/** Any other answer that is no success: what the vendor said, as one line. */
export function unexpected(
  tracker: string,
  about: string,
  answer: { readonly status: number; readonly data: unknown },
  code: ErrorCode = "tracker_failed",
): PreloopError {
  const word = withoutSecrets(vendorMessage(answer.data), []);
  const said = word === "" ? "" : `: ${word}`;
  return new PreloopError(code, `${tracker} answered ${answer.status} to the call for ${about}${said}`, {
    data: { tracker, status: answer.status },
  });
}
