import type { Clock, Log } from "#base";
import type { ServerSpec } from "./connector.ts";
import type { Memory } from "./era/era-adapter.ts";
import type { Credentials, UpstreamHost } from "./types.ts";

/** The server, the host and the surroundings of an upstream. */
export interface UpstreamOptions {
  readonly name: string;
  readonly server: ServerSpec;
  readonly host: UpstreamHost;
  readonly log: Log;
  readonly clock: Clock;
  /** The environment of which servers get the harmless part. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  /** Tokens for a remote server that asks for a login. */
  readonly credentials?: Credentials | undefined;
  readonly maxFrameBytes?: number;
  readonly times?: Partial<UpstreamTimes>;
  /** What was said to the server in an earlier life of it. */
  readonly memory?: Memory;
}

/** The times that an upstream waits, in milliseconds. */
export interface UpstreamTimes {
  /** For the answer to a question in one era, before the other is tried as well. */
  readonly probeMs: number;
  /** For a server to introduce itself. */
  readonly openMs: number;
  /** For a server to leave, once after its stdin ended and once after SIGTERM. */
  readonly graceMs: number;
  /** Before the first new start after a failure; doubled for each failure that follows. */
  readonly retryMs: number;
  readonly longestRetryMs: number;
}

/** The times that hold where none are given. */
export const UPSTREAM_TIMES: UpstreamTimes = {
  probeMs: 5_000,
  openMs: 60_000,
  graceMs: 2_000,
  retryMs: 500,
  longestRetryMs: 60_000,
};
