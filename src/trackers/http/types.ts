import type { Log } from "#base";
import type { Limiters } from "./limiter.ts";
import type { Time } from "./time.ts";

/** Call to a tracker's API. */
export interface TrackerCall {
  readonly method: string;
  /** Absolute, at the tracker's own host. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** What is asked for, as people say it: `issue acme/app#7`, `a new issue in acme/app`. */
  readonly about: string;
  /** True when a second delivery does no harm. Without it only GET and HEAD are repeated. */
  readonly isRepeatable?: boolean;
  readonly signal?: AbortSignal;
}

/** Answer below 500 that the tracker meant: JSON or nothing. Its status is for the caller to read. */
export interface TrackerAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed body; undefined when there is none. */
  readonly data: unknown;
  /** The body as it came. */
  readonly text: string;
  /** The address that answered in the end: another than the one asked when a redirect was followed. */
  readonly url: string;
}

/** Options of a call of a vendor's library besides its parameters. */
export interface ApiRequest {
  /** `issue acme/app#7` */
  readonly about: string;
  readonly signal?: AbortSignal | undefined;
  /** True when a second delivery does no harm: for searches, and for writes that set values. */
  readonly isRepeatable?: boolean;
}

/** HTTP client of one tracker: calls go in turn, within its limits, again where that is harmless, and answers are checked. */
export interface TrackerHttp {
  /** @throws tracker_refused (401, 403), tracker_limited, tracker_failed, request_cancelled */
  send(call: TrackerCall): Promise<TrackerAnswer>;
  /** The same in the shape of `fetch`, for a vendor's library; what it throws is what `send` throws. */
  asFetch(about: Pick<TrackerCall, "about" | "isRepeatable" | "signal">): typeof fetch;
  /** Nothing more is sent, and what is under way is aborted. */
  close(): void;
}

/** Options of a tracker's HTTP client. */
export interface TrackerHttpOptions {
  /** The tracker's name in the config. */
  readonly tracker: string;
  /** Where the API is; calls and redirects elsewhere are refused, for they would carry the token away. */
  readonly baseUrl: string;
  /** Who pays for the calls, for the limiter: the token, or the installation's id. Never shown. */
  readonly credential: string;
  /** Never shown in a message, whatever a server echoes. */
  readonly secrets: readonly string[];
  readonly log: Log;
  readonly time: Time;
  readonly limiters: Limiters;
  readonly retryPolicy: RetryPolicy;
}

/** Limits of one call to a tracker: attempts, timeouts and waits. */
export interface RetryPolicy {
  /** How long one attempt may take, to the last byte. */
  readonly timeoutMs: number;
  /** How often a repeatable call is sent at most. */
  readonly attempts: number;
  /** The longest wait for a limit to pass; beyond it the call fails as tracker_limited. */
  readonly maxWaitMs: number;
  /** The pause between two writes. */
  readonly writeGapMs: number;
}
