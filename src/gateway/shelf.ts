import { isJsonObject, type JsonObject, type Log, messageOf } from "#base";
import type { Upstream } from "#upstreams";

/** The listings a server can offer: the capability that announces it, the method that lists it, the member that holds it. */
export const LISTINGS = {
  tools: { capability: "tools", method: "tools/list", member: "tools" },
  prompts: { capability: "prompts", method: "prompts/list", member: "prompts" },
  resources: { capability: "resources", method: "resources/list", member: "resources" },
  templates: { capability: "resources", method: "resources/templates/list", member: "resourceTemplates" },
} as const;
export type Listing = keyof typeof LISTINGS;

// A server that never stops paging costs itself its listing, not the client its answer.
const MAX_PAGES = 1_000;

const METHOD_UNKNOWN = -32601;

/** One listing of one server, asked for when first wanted and kept until it is stale. */
export interface Shelf<Item> {
  /** What the server lists now, or listed last when it cannot be asked. Never rejects. */
  items(graceMs: number): Promise<readonly Item[]>;
  /** The listing changed or the server restarted: ask again next time. */
  stale(): void;
}

export function createShelf<Item>(
  upstream: Upstream,
  listing: Listing,
  read: (item: JsonObject) => Item | undefined,
  log: Log,
): Shelf<Item> {
  let kept: readonly Item[] = [];
  let fresh: Promise<readonly Item[]> | undefined;

  async function ask(): Promise<readonly Item[]> {
    try {
      const items = await listAll(upstream, listing);
      kept = items.flatMap((item) => read(item) ?? []);
    } catch (error) {
      fresh = undefined;
      log.warn(`${upstream.name} could not list its ${listing}: ${messageOf(error)}`);
    }
    return kept;
  }

  return {
    async items(graceMs) {
      const state = await upstream.settled(graceMs);
      if (state.kind !== "ready") return kept;
      if (!(LISTINGS[listing].capability in state.hello.capabilities)) return [];
      fresh ??= ask();
      return fresh;
    },
    stale() {
      fresh = undefined;
    },
  };
}

async function listAll(upstream: Upstream, listing: Listing): Promise<JsonObject[]> {
  const { method, member } = LISTINGS[listing];
  const items: JsonObject[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const params = cursor === undefined ? "{}" : JSON.stringify({ cursor });
    const reply = await upstream.request({ method, params });
    if (reply.kind === "error") {
      // A server with resources need not know of templates.
      if (isJsonObject(reply.value) && reply.value.code === METHOD_UNKNOWN) return items;
      throw new Error(reply.text);
    }
    const result = isJsonObject(reply.value) ? reply.value : {};
    const found = Array.isArray(result[member]) ? result[member] : [];
    items.push(...found.filter(isJsonObject));
    if (typeof result.nextCursor !== "string" || result.nextCursor === cursor) return items;
    cursor = result.nextCursor;
  }
  throw new Error(`${method} did not end after ${MAX_PAGES} pages`);
}
