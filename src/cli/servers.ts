import path from "node:path";
import { parseDuration, systemClock } from "#base";
import type { ServerConfig } from "#config";
import { askTools, type Behind } from "#gateway";
import type { ToolTarget } from "#policy";
import { createRestingUpstream, createUpstream, type Upstream, type UpstreamHost } from "#upstreams";
import type { Foundation } from "./foundation.ts";
import type { House } from "./house.ts";
import { VERSION } from "./version.ts";

/** The servers of the config, in its order; those that need not rest are started at once. */
export function openServers(ground: Foundation, host: UpstreamHost): Behind[] {
  return Object.entries(ground.loaded.config.mcpServers)
    .filter(([, server]) => server.disabled !== true)
    .map(([name, server]) => ({
      upstream: openServer(ground, { name, server, host }),
      prefix: server.prefix !== false,
      trusted: server.trustAnnotations === true,
    }));
}

interface Opening {
  readonly name: string;
  readonly server: ServerConfig;
  readonly host: UpstreamHost;
}

function openServer({ settings, log }: Foundation, opening: Opening): Upstream {
  const options = { ...opening, log, clock: systemClock, baseEnv: process.env };
  const { start, idleStop } = opening.server;
  const lazy = start === "lazy";
  if (!lazy && idleStop === undefined) return createUpstream(options);
  const idleMs = idleStop === undefined ? undefined : parseDuration(idleStop);
  return createRestingUpstream(options, { lazy, idleMs, folder: path.join(settings.home, "listings") });
}

/** Asks the configured servers which tools there are. */
export async function listLiveTools(house: House): Promise<readonly ToolTarget[]> {
  const ground = await house.foundation();
  const client = { name: "preloop", version: VERSION };
  return askTools((host) => openServers(ground, host), client, ground.log);
}
