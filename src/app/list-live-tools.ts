import { VERSION } from "#base";
import { askTools } from "#gateway";
import type { ToolTarget } from "#policy";
import type { UpstreamHost } from "#upstreams";
import { openBuiltin, openServers } from "./open-upstreams.ts";
import type { Runtime } from "./runtime.ts";

/** Asks preloop's own tools and the servers of the config which tools there are. */
export async function listLiveTools(runtime: Runtime): Promise<readonly ToolTarget[]> {
  const client = { name: "preloop", version: VERSION };
  const nobody = () => ({ id: "", client: client.name, clientVersion: VERSION, cwd: "", user: "" });
  const open = (host: UpstreamHost) => [
    openBuiltin(runtime, host, nobody),
    ...openServers(runtime, host, false),
  ];
  return askTools(open, client, runtime.log);
}
