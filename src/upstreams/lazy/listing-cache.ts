import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { digestOf, isJsonObject, type Json, type JsonObject, type Log, messageOf } from "#base";
import type { ServerSpec } from "../connector.ts";
import type { ServerProfile } from "../types.ts";

/** A memory of what a server said of itself and listed when it last ran, kept in a file for the time it does not run. */
export interface ListingCache {
  profile(): ServerProfile | undefined;
  keepProfile(profile: ServerProfile): void;
  /** The methods of which a listing is kept. */
  methods(): readonly string[];
  /** The raw result of one page; the first has no cursor. */
  page(method: string, cursor: string | undefined): string | undefined;
  keepPage(method: string, cursor: string | undefined, result: string): void;
  forget(method: string): void;
}

type Page = readonly [cursor: string | null, result: string];
interface Kept {
  profile: ServerProfile | undefined;
  readonly pages: Map<string, Page[]>;
}

/** The cache of one server in a folder; a server that is configured differently has another. */
export function openListingCache(folder: string, name: string, server: ServerSpec, log: Log): ListingCache {
  const file = path.join(folder, `${name}-${identityOf(server)}.json`);
  const kept = read(file);
  const save = () => {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const unfinished = `${file}.${process.pid}`;
      const pages = Object.fromEntries(kept.pages);
      writeFileSync(unfinished, JSON.stringify({ hello: kept.profile, pages }), { mode: 0o600 });
      renameSync(unfinished, file);
    } catch (error) {
      // Without it the server is started when its listing is asked for.
      log.debug("a listing is not kept", { server: name, reason: messageOf(error) });
    }
  };
  return {
    profile: () => kept.profile,
    keepProfile(profile) {
      kept.profile = profile;
      save();
    },
    methods: () => [...kept.pages.keys()],
    page: (method, cursor) => kept.pages.get(method)?.find(([at]) => at === (cursor ?? null))?.[1],
    keepPage(method, cursor, result) {
      const at = cursor ?? null;
      // A new first page is a new listing, whose cursors may be others.
      const before = cursor === undefined ? [] : (kept.pages.get(method) ?? []);
      kept.pages.set(method, [...before.filter(([one]) => one !== at), [at, result]]);
      save();
    },
    forget(method) {
      if (kept.pages.delete(method)) save();
    },
  };
}

// Values of variables and headers are left out: they may be secrets, and seldom make it another server.
function identityOf({ command, args, cwd, url, env, headers }: ServerSpec): string {
  const names = (values: object | undefined) => Object.keys(values ?? {}).sort();
  const identity = [command ?? null, args ?? [], cwd ?? null, url ?? null, names(env), names(headers)];
  return digestOf(identity as Json)
    .replace(/^\w+:/, "")
    .slice(0, 12);
}

function read(file: string): Kept {
  try {
    const value = JSON.parse(readFileSync(file, "utf8")) as Json;
    if (!isJsonObject(value) || !isProfile(value.hello) || !isJsonObject(value.pages)) return nothing();
    const pages = Object.entries(value.pages).map(([method, list]) => {
      if (!Array.isArray(list) || !list.every(isPage)) throw new Error(`no pages of ${method}`);
      return [method, list as unknown as Page[]] as const;
    });
    return { profile: value.hello as unknown as ServerProfile, pages: new Map(pages) };
  } catch {
    return nothing();
  }
}

function nothing(): Kept {
  return { profile: undefined, pages: new Map() };
}

function isProfile(value: Json | undefined): value is JsonObject {
  if (!isJsonObject(value)) return false;
  const { era, protocolVersion, capabilities, serverInfo } = value;
  const isEra = era === "legacy" || era === "modern";
  return (
    isEra && typeof protocolVersion === "string" && isJsonObject(capabilities) && isJsonObject(serverInfo)
  );
}

function isPage(value: Json): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  return (value[0] === null || typeof value[0] === "string") && typeof value[1] === "string";
}
