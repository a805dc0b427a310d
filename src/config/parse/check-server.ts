import { isCustomMethod, isKnownMethod } from "#protocol";
import type { ServerConfig } from "../schema/schema.ts";
import type { Problem } from "./problems.ts";

/** What contradicts itself in one server of a config. */
export function checkServer(name: string, server: ServerConfig): Problem[] {
  const path = ["mcpServers", name];
  const problems: Problem[] = [];
  const { type, command, url } = server;
  if (name === "preloop")
    problems.push({
      path,
      message: "is preloop itself, which cannot stand behind itself; leave it out",
      atKey: true,
    });
  if (command === undefined && url === undefined)
    problems.push({ path, message: "needs a command to start, or the url of a remote server" });
  if (command !== undefined && url !== undefined)
    problems.push({ path: [...path, "url"], message: "contradicts command; keep one of them", atKey: true });
  if (type === "stdio" && url !== undefined)
    problems.push({ path: [...path, "type"], message: 'is "stdio", which contradicts url' });
  if (type !== undefined && type !== "stdio" && command !== undefined)
    problems.push({ path: [...path, "type"], message: `is "${type}", which contradicts command` });
  for (const key of ["args", "env", "cwd", "localFiles"] as const)
    if (server[key] !== undefined && command === undefined)
      problems.push({ path: [...path, key], message: "says nothing without command", atKey: true });
  for (const key of ["headers", "oauth"] as const)
    if (server[key] !== undefined && url === undefined)
      problems.push({ path: [...path, key], message: "says nothing without url", atKey: true });
  for (const [index, method] of (server.methods ?? []).entries())
    if (isLiteral(method) && !isCustomMethod(method))
      problems.push({
        path: [...path, "methods", index],
        message: isKnownMethod(method)
          ? `"${method}" is a method of the protocol and needs no naming here; policy has rules for it`
          : `"${method}" is a name that the protocol keeps for itself; no server can be asked for it`,
      });
  return problems;
}

/** True for a glob that matches one name only. */
export function isLiteral(glob: string): boolean {
  return !/[*?]/.test(glob);
}
