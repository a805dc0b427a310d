import { systemClock } from "#base";
import { askTools, type Behind } from "#gateway";
import type { ToolTarget } from "#policy";
import { createUpstream, type UpstreamHost } from "#upstreams";
import type { Foundation } from "./foundation.ts";
import type { House } from "./house.ts";
import { VERSION } from "./version.ts";

/** Starts the servers of the config, in its order, and gives each its harmless part of our environment. */
export function openServers({ loaded, log }: Foundation, host: UpstreamHost): Behind[] {
  return Object.entries(loaded.config.mcpServers)
    .filter(([, server]) => server.disabled !== true)
    .map(([name, server]) => ({
      upstream: createUpstream({ name, server, host, log, clock: systemClock, baseEnv: process.env }),
      prefix: server.prefix !== false,
      trusted: server.trustAnnotations === true,
    }));
}

/** Asks the configured servers which tools there are. */
export async function listLiveTools(house: House): Promise<readonly ToolTarget[]> {
  const ground = await house.foundation();
  const client = { name: "preloop", version: VERSION };
  return askTools((host) => openServers(ground, host), client, ground.log);
}
