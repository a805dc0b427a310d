import { isPreloopError, messageOf, PreloopError, redactText } from "#base";
import { cutText } from "./cut.ts";

const MAX_CHARS = 200;

/** What a model or its server did wrong; the server's own words are cut short and masked, for they may quote ours. */
export function modelFailed(who: string, what: string, cause?: unknown): PreloopError {
  const said = redactText(what).replace(/\s+/g, " ").trim();
  const short = said.length > MAX_CHARS ? `${cutText(said, MAX_CHARS)}…` : said;
  return new PreloopError("model_failed", `${who} ${short}`, cause === undefined ? {} : { cause });
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
  if (error instanceof HttpRefusal) return modelFailed(who, `answered ${error.status}: ${error.message}`);
  if (error instanceof BadAnswer) return modelFailed(who, error.message, error.cause);
  const { name, cause } = (error ?? {}) as { readonly name?: unknown; readonly cause?: unknown };
  if (name === "TimeoutError") return modelFailed(who, "took too long to answer", error);
  return modelFailed(who, `does not answer: ${messageOf(cause ?? error)}`, error);
}

/** An answer that came and is of no use; the message goes behind the server's name: `answered with no JSON`. */
export class BadAnswer extends Error {
  override readonly name = "BadAnswer";
}
