import { BUILTIN_TOOLS } from "./builtin.ts";
import { BUILTIN_SERVER, targetOf } from "./rules.ts";
import type { PolicyInput, ToolTarget } from "./types.ts";

/**
 * The tools that a name may stand for: `server__tool`, one of preloop's own, and a tool of each server that keeps its
 * original names. Without a server that could have it, the name is read as it is written.
 */
export function targetsOf(name: string, servers: PolicyInput["servers"]): readonly ToolTarget[] {
  const written = targetOf(name);
  const server = servers[written.server];
  const bare = Object.entries(servers)
    .filter(([, { prefix, disabled }]) => prefix === false && !disabled)
    .map(([one]) => ({ server: one, tool: name, name }));
  const isOwn = written.server === BUILTIN_SERVER && BUILTIN_TOOLS.includes(written.tool);
  if (!isOwn && !server && bare.length > 0) return bare;
  // Rules call such a tool by its server's name; clients do not.
  const called = server?.prefix === false ? { ...written, name: written.tool } : written;
  return [called, ...bare];
}
