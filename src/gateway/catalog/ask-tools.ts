import { type Log, PreloopError } from "#base";
import type { ToolTarget } from "#policy";
import { NEWEST_LEGACY } from "#protocol";
import type { UpstreamHost } from "#upstreams";
import { createCatalog } from "./catalog.ts";
import type { ServedUpstream } from "./offers.ts";

const PATIENCE_MS = 30_000;

/**
 * Starts the servers, asks each for its tools and closes them again: for whoever must know the tools without a client.
 * @throws upstream_failed naming each server that did not come up
 */
export async function askTools(
  open: (host: UpstreamHost) => readonly ServedUpstream[],
  client: { readonly name: string; readonly version: string },
  log: Log,
): Promise<readonly ToolTarget[]> {
  const served = open(hostWithoutClient(client));
  try {
    const upstreams = served.map(({ upstream }) => upstream);
    const states = await Promise.all(upstreams.map((upstream) => upstream.settled(PATIENCE_MS)));
    const missing = states.flatMap((state, at) => {
      if (state.kind === "ready") return [];
      const why = state.kind === "down" ? state.reason : "did not answer in time";
      return [`${upstreams[at]!.name}: ${why}`];
    });
    if (missing.length > 0)
      throw new PreloopError("upstream_failed", `Not all servers could be asked\n${missing.join("\n")}`);
    const tools = await createCatalog({ served, onLate() {}, log }).tools();
    return tools.map(({ server, original, name }) => ({ server, tool: original, name }));
  } finally {
    await Promise.all(served.map(({ upstream }) => upstream.close()));
  }
}

function hostWithoutClient(clientInfo: { readonly name: string; readonly version: string }): UpstreamHost {
  return {
    client: Promise.resolve({ era: "legacy", protocolVersion: NEWEST_LEGACY, capabilities: {}, clientInfo }),
    onRequest: async () => ({ kind: "error", text: '{"code":-32601,"message":"There is no client to ask"}' }),
    onNotification() {},
    onState() {},
  };
}
