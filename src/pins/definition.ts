import { digestOf, type Json, type JsonObject, redactJson } from "#base";
import type { SeenTool } from "./types.ts";

/** What of a tool is pinned: all that a model or a person goes by. Icons and `_meta` may change with every listing. */
export function definitionOf({ definition }: Pick<SeenTool, "definition">): JsonObject {
  const { icons: _icons, _meta, ...pinned } = definition;
  return pinned;
}

const digests = new WeakMap<JsonObject, string>();

/** The digest of what is pinned of a tool. */
export function pinDigestOf(tool: Pick<SeenTool, "definition">): string {
  const known = digests.get(tool.definition);
  if (known !== undefined) return known;
  const digest = digestOf(definitionOf(tool));
  digests.set(tool.definition, digest);
  return digest;
}

/** The parts of a server's config that say what is started or reached. */
export interface ServerLaunch {
  readonly command?: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How a server is started or reached: its digest, and the same for people, secrets masked. */
export function launchOf(server: ServerLaunch): { readonly digest: string; readonly shown: JsonObject } {
  const { command, args, cwd, url, env, headers } = server;
  // Values of variables and headers are secrets that rotate; their names say what the server can be told.
  const launch = {
    ...(command !== undefined && { command, args: [...(args ?? [])] }),
    ...(cwd !== undefined && { cwd }),
    ...(url !== undefined && { url }),
    env: Object.keys(env ?? {}).sort(),
    headers: Object.keys(headers ?? {}).sort(),
  };
  return { digest: digestOf(launch), shown: redactJson(launch as Json) as JsonObject };
}
