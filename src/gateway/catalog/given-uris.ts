import { isJsonObject, type Json } from "#base";
import type { Upstream } from "#upstreams";

/** The resources that servers named in what they answered in this session. */
export interface GivenUris {
  /** Takes note of the resources a result names: links and contents (2025-06-18, server/tools, "Resource Links"). */
  noteUris(upstream: Upstream, result: Json): void;
  /** The server that named it first. */
  holderOf(uri: string): Upstream | undefined;
}

/** The oldest are forgotten: an agent reads what it has just been given. */
const MOST = 10_000;
const LONGEST_URI = 8_192;

/** No resource named yet. */
export function createGivenUris(): GivenUris {
  const holders = new Map<string, Upstream>();
  return {
    noteUris(upstream, result) {
      for (const uri of urisIn(result)) {
        // Another server that names it later does not become its holder.
        if (typeof uri !== "string" || uri.length > LONGEST_URI || holders.has(uri)) continue;
        if (holders.size >= MOST) holders.delete(holders.keys().next().value!);
        holders.set(uri, upstream);
      }
    },
    holderOf: (uri) => holders.get(uri),
  };
}

function urisIn(result: Json): readonly unknown[] {
  if (!isJsonObject(result)) return [];
  const { content, contents, messages } = result;
  return [
    ...itemsOf(content).flatMap(urisOfBlock),
    ...itemsOf(contents).map(({ uri }) => uri),
    ...itemsOf(messages).flatMap((message) => blocksOf(message.content).flatMap(urisOfBlock)),
  ];
}

function urisOfBlock({ type, uri, resource }: Readonly<Record<string, unknown>>): unknown[] {
  if (type === "resource_link") return [uri];
  return type === "resource" && isJsonObject(resource as Json) ? [(resource as { uri?: unknown }).uri] : [];
}

function blocksOf(content: Json | undefined) {
  return Array.isArray(content) ? itemsOf(content) : isJsonObject(content) ? [content] : [];
}

function itemsOf(list: Json | undefined) {
  return Array.isArray(list) ? (list as readonly Json[]).filter(isJsonObject) : [];
}
