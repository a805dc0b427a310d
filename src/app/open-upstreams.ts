import path from "node:path";
import { parseDuration, systemClock, VERSION } from "#base";
import type { ServerConfig } from "#config";
import type { ServedUpstream } from "#gateway";
import type { SessionRef } from "#model";
import { BUILTIN_SERVER } from "#policy";
import {
  createInProcessUpstream,
  createLazyUpstream,
  createUpstream,
  type Upstream,
  type UpstreamHost,
} from "#upstreams";
import { credentialsFor } from "./credentials.ts";
import type { Runtime } from "./runtime.ts";

/** Everything behind one session: preloop's own tools, then the servers of the config. */
export function openUpstreams(runtime: Runtime, host: UpstreamHost, ref: () => SessionRef): ServedUpstream[] {
  return [openBuiltin(runtime, host, ref), ...openServers(runtime, host)];
}

/** preloop's own tools; their room, the trackers and their libraries are entered with the first request that needs them. */
export function openBuiltin(runtime: Runtime, host: UpstreamHost, ref: () => SessionRef): ServedUpstream {
  const load = async () => (await import("./issue-services.ts")).openIssueTools(runtime);
  const upstream = createInProcessUpstream({ name: BUILTIN_SERVER, version: VERSION, host, ref, load });
  return { upstream, prefix: false, trusted: true };
}

/** The servers of the config, in its order. Where servers may rest, those that are configured so are not started yet. */
export function openServers(runtime: Runtime, host: UpstreamHost, mayRest = true): ServedUpstream[] {
  return Object.entries(runtime.loaded.config.mcpServers)
    .filter(([, server]) => server.disabled !== true)
    .map(([name, server]) => ({
      upstream: openServer(runtime, { name, server, host }, mayRest),
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

function openServer(runtime: Runtime, opening: Opening, mayRest: boolean): Upstream {
  const { settings, log } = runtime;
  const credentials = credentialsFor(runtime, opening.server);
  const options = { ...opening, credentials, log, clock: systemClock, baseEnv: process.env };
  const { start, idleStop } = opening.server;
  const lazy = start === "lazy";
  if (!mayRest || (!lazy && idleStop === undefined)) return createUpstream(options);
  const idleMs = idleStop === undefined ? undefined : parseDuration(idleStop);
  return createLazyUpstream(options, { lazy, idleMs, folder: path.join(settings.home, "listings") });
}
