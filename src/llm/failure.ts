import { isPreloopError, messageOf, PreloopError, redactText } from "#base";
import { cutText } from "./cut.ts";

const MAX_CHARS = 200;

/**
 * What a model or its server did wrong; the server's own words are cut short and masked, for they may quote ours. The
 * data say `isOfText` where it answered, and another text may fare better.
 */
export function modelFailed(
  who: string,
  what: string,
  { cause, isOfText = false }: { readonly cause?: unknown; readonly isOfText?: boolean } = {},
): PreloopError {
  const said = redactText(what).replace(/\s+/g, " ").trim();
  const short = said.length > MAX_CHARS ? `${cutText(said, MAX_CHARS)}…` : said;
  return new PreloopError("model_failed", `${who} ${short}`, {
    ...(cause === undefined ? {} : { cause }),
    ...(isOfText ? { data: { isOfText } } : {}),
  });
}

/** An answer whose status is no success. */
export class HttpRefusal extends Error {
  override readonly name = "HttpRefusal";
  readonly status: number;
  /** How long the server wants to be left alone, if it says so. */
  readonly retryAfterMs: number | undefined;
  constructor(status: number, message: string, retryAfterMs?: number) {
    super(message);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}

/** True for a refusal with one of these statuses. */
export function isRefusal(error: unknown, ...statuses: readonly number[]): error is HttpRefusal {
  return error instanceof HttpRefusal && statuses.includes(error.status);
}

/** Whatever went wrong while a server was asked, as one of ours. */
export function asModelFailure(error: unknown, who: string, signal?: AbortSignal): PreloopError {
  if (signal?.aborted) return new PreloopError("request_cancelled", `${who} is not waited for any longer`);
  if (isPreloopError(error)) return error;
  if (error instanceof HttpRefusal)
    return modelFailed(who, `answered ${error.status}: ${error.message}`, {
      isOfText: OF_TEXT.has(error.status),
    });
  if (error instanceof BadAnswer)
    return modelFailed(who, error.message, { cause: error.cause, isOfText: true });
  const { name, cause } = (error ?? {}) as { readonly name?: unknown; readonly cause?: unknown };
  if (name === "TimeoutError") return modelFailed(who, "took too long to answer", { cause: error });
  return modelFailed(who, `does not answer: ${messageOf(cause ?? error)}`, { cause: error });
}

// Other refusals are about the token, the model or the hour.
const OF_TEXT = new Set([400, 413, 422, 500]);

/** An answer that came and is of no use; the message goes behind the server's name: `answered with no JSON`. */
export class BadAnswer extends Error {
  override readonly name = "BadAnswer";
}
