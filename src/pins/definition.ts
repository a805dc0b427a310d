import { digestOf, isJsonObject, type Json, type JsonObject, redactJson, SourceNumber } from "#base";
import type { Pinnable } from "./types.ts";

/** What of a definition is pinned: all that a model or a person goes by. Icons and `_meta` may change with every listing. */
export function definitionOf({ kind, definition }: Pick<Pinnable, "kind" | "definition">): JsonObject {
  const { icons: _icons, _meta, ...pinned } = definition;
  return kind === "resource" || kind === "template" ? lastingOf(pinned) : pinned;
}

/** A resource without what changes with its content. What does not look like that is text, and pinned. */
function lastingOf({ size, annotations, ...lasting }: JsonObject): JsonObject {
  const kept = isJsonObject(annotations)
    ? Object.fromEntries(Object.entries(annotations).filter(([name, value]) => !PASSING[name]?.(value)))
    : annotations;
  return {
    ...lasting,
    ...(size !== undefined && !isNumber(size) && { size }),
    ...(kept !== undefined &&
      !(isJsonObject(kept) && Object.keys(kept).length === 0) && { annotations: kept }),
  };
}

const DATE = /^\d{4}-\d\d-\d\d(?:[Tt ][\d:.]{5,20}(?:[Zz]|[+-]\d\d:?\d\d)?)?$/;

const PASSING: Readonly<Record<string, (value: Json) => boolean>> = {
  lastModified: (value) => typeof value === "string" && DATE.test(value),
  priority: isNumber,
  audience: (value) => Array.isArray(value) && value.every((role) => role === "user" || role === "assistant"),
};

function isNumber(value: Json): boolean {
  return typeof value === "number" || value instanceof SourceNumber;
}

const digests = new WeakMap<JsonObject, string>();

/** The digest of what is pinned of a definition. */
export function pinDigestOf(item: Pick<Pinnable, "kind" | "definition">): string {
  const known = digests.get(item.definition);
  if (known !== undefined) return known;
  const digest = digestOf(definitionOf(item));
  digests.set(item.definition, digest);
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

/** Launch of a server as it is pinned: its digest, and the same for people, secrets masked. */
export interface LaunchPin {
  readonly digest: string;
  readonly shown: JsonObject;
}

/** How a server is started or reached. */
export function launchOf(server: ServerLaunch): LaunchPin {
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
