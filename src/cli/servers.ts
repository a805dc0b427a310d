import path from "node:path";
import { parseDuration, systemClock } from "#base";
import { localUserOf, type ServerConfig } from "#config";
import { askTools, type ServedUpstream } from "#gateway";
import type { Tokens } from "#logins";
import type { SessionRef } from "#model";
import { BUILTIN_SERVER, type ToolTarget } from "#policy";
import {
  type Credentials,
  createInProcessUpstream,
  createLazyUpstream,
  createUpstream,
  type Upstream,
  type UpstreamHost,
} from "#upstreams";
import type { Foundation } from "./foundation.ts";
import type { House } from "./house.ts";
import { VERSION } from "./version.ts";

/** Everything behind one session: preloop's own tools, then the servers of the config. */
export function openBehind(ground: Foundation, host: UpstreamHost, ref: () => SessionRef): ServedUpstream[] {
  return [openOwn(ground, host, ref), ...openServers(ground, host)];
}

// The room of the six tools, the trackers and their libraries are entered with the first request that needs them.
function openOwn(ground: Foundation, host: UpstreamHost, ref: () => SessionRef): ServedUpstream {
  const load = async () => (await import("./issue-desk.ts")).openIssueTools(ground);
  const upstream = createInProcessUpstream({ name: BUILTIN_SERVER, version: VERSION, host, ref, load });
  return { upstream, prefix: false, trusted: true };
}

/** The servers of the config, in its order. Where servers may rest, those that are configured so are not started yet. */
export function openServers(ground: Foundation, host: UpstreamHost, mayRest = true): ServedUpstream[] {
  return Object.entries(ground.loaded.config.mcpServers)
    .filter(([, server]) => server.disabled !== true)
    .map(([name, server]) => ({
      upstream: openServer(ground, { name, server, host }, mayRest),
      prefix: server.prefix !== false,
      trusted: server.trustAnnotations === true,
      ...(server.methods && { methods: server.methods }),
      ...(server.meta && { meta: server.meta }),
    }));
}

interface Opening {
  readonly name: string;
  readonly server: ServerConfig;
  readonly host: UpstreamHost;
}

function openServer(ground: Foundation, opening: Opening, mayRest: boolean): Upstream {
  const { settings, log } = ground;
  const credentials = credentialsFor(ground, opening.server);
  const options = { ...opening, credentials, log, clock: systemClock, baseEnv: process.env };
  const { start, idleStop } = opening.server;
  const lazy = start === "lazy";
  if (!mayRest || (!lazy && idleStop === undefined)) return createUpstream(options);
  const idleMs = idleStop === undefined ? undefined : parseDuration(idleStop);
  return createLazyUpstream(options, { lazy, idleMs, folder: path.join(settings.home, "listings") });
}

/** A login belongs to one person at one address; whose config names the address does not matter. */
export function loginKey({ settings }: Foundation, url: string) {
  return { user: localUserOf(settings), url: new URL(url).href };
}

/** Tokens for a remote server, from the login this person made; the store is opened when the server asks for one. */
export function credentialsFor(ground: Foundation, { url }: ServerConfig): Credentials | undefined {
  if (url === undefined) return undefined;
  // The room and the store are entered when a server asks for a login; most never do.
  let opened: Promise<Tokens> | undefined;
  let tokens: Tokens | undefined;
  const open = async () => {
    const { createTokens } = await import("#logins");
    const { store: db, key, log } = ground;
    tokens = createTokens({ at: loginKey(ground, url), db, key, log });
    return tokens;
  };
  return {
    current: () => tokens?.current(),
    async renew(refused) {
      opened ??= open();
      return (await opened).renew(refused);
    },
  };
}

/** Asks the configured servers which tools there are. */
export async function listLiveTools(house: House): Promise<readonly ToolTarget[]> {
  const ground = await house.foundation();
  const client = { name: "preloop", version: VERSION };
  const nobody = () => ({ id: "", client: client.name, clientVersion: VERSION, cwd: "", user: "" });
  const open = (host: UpstreamHost) => [openOwn(ground, host, nobody), ...openServers(ground, host, false)];
  return askTools(open, client, ground.log);
}
