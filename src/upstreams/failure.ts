import { messageOf, PreloopError } from "#base";

/** The end of a connection, or of one request on it. */
export interface Failure {
  /** What goes behind the server's name: "exited with code 1". */
  readonly reason: string;
  /** Trying again cannot help: the config or the server has to change. */
  readonly final?: boolean;
  /** There never was a process. */
  readonly unstarted?: boolean;
  /** The server forgot the session, and so did nothing; a new session may do it. */
  readonly sessionGone?: boolean;
  /** The address speaks another transport than was tried, which the next connection will use. */
  readonly otherTransport?: boolean;
}

/** The error of a request that a server did not answer; `data.sent` tells whether it may have run. */
export function failed(server: string, failure: Failure, sent: boolean): PreloopError {
  const message = `The server "${server}" ${failure.reason}.`;
  return new PreloopError("upstream_failed", message, { data: { server, sent }, cause: failure });
}

/** What lies behind an error made by {@link failed}. */
export function failureOf(error: unknown): Failure {
  const cause = error instanceof PreloopError ? error.cause : undefined;
  return isFailure(cause) ? cause : { reason: messageOf(error) };
}

function isFailure(value: unknown): value is Failure {
  return typeof (value as Failure | undefined)?.reason === "string";
}
