import type { Clock, Log } from "#base";
import type { Connect } from "./connection/transport.ts";
import type { Switches } from "./era/offered.ts";
import type { Failure } from "./failure.ts";
import { connectSse } from "./http/sse.ts";
import { connectHttp } from "./http/transport.ts";
import { childEnv } from "./stdio/child-env.ts";
import { connectStdio } from "./stdio/transport.ts";
import type { Credentials } from "./types.ts";

/** A server as the config describes it, as far as reaching it goes. */
export interface ServerSpec extends Switches {
  /** "sse" is HTTP+SSE, the transport of 2024-11-05; any other address is asked for StreamableHTTP first. */
  readonly type?: string | undefined;
  readonly command?: string | undefined;
  readonly args?: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  readonly url?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Longest wait for an answer of the server's. */
  readonly timeoutMs?: number | undefined;
}

/** Everything that connecting takes besides the server's config. */
export interface ConnectorOptions {
  readonly name: string;
  readonly server: ServerSpec;
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  /** For servers that ask for a login and have no Authorization header in the config. */
  readonly credentials?: Credentials | undefined;
  readonly maxFrameBytes?: number | undefined;
  readonly graceMs: number;
  readonly retryMs: number;
  readonly log: Log;
  readonly clock: Clock;
}

/** How this server is reached, by its command or its address. */
export function connector({ server, baseEnv, ...options }: ConnectorOptions): Connect {
  const { name } = options;
  const { command, args = [], cwd } = server;
  if (command !== undefined) {
    const env = childEnv(baseEnv, server.env);
    return (events) => connectStdio({ ...options, command, args, env, cwd }, events);
  }
  if (server.url === undefined) return unreachable(`has neither a command nor a url at mcpServers.${name}`);
  const url = URL.canParse(server.url) ? new URL(server.url) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol))
    return unreachable(`has a url that is no http or https address; correct mcpServers.${name}.url`);
  const address = { ...options, url, headers: server.headers ?? {} };
  let isOldSse = server.type === "sse";
  const onOldSse = () => {
    isOldSse = true;
  };
  return (events) => (isOldSse ? connectSse(address, events) : connectHttp({ ...address, onOldSse }, events));
}

function unreachable(reason: string): Connect {
  const failure: Failure = { reason, final: true, unstarted: true };
  return (events) => {
    events.onEnd(failure);
    return { send() {}, drop: () => false, opened() {}, close: async () => {} };
  };
}
