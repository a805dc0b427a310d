import {
  isDeeperThan,
  isJsonObject,
  type JsonObject,
  type Log,
  MAX_LEVELS,
  messageOf,
  withTimeout,
} from "#base";
import { LISTINGS, type Listing, RPC_CODES } from "#protocol";
import type { Upstream } from "#upstreams";

// A server that never stops paging costs itself its listing, not the client its answer.
const MAX_PAGES = 1_000;

/** One listing of one server, asked for when first wanted and kept until it is stale. */
export interface CachedListing<Item> {
  /** What the server lists now, or listed last when it cannot be asked or does not answer in time. Never rejects. */
  items(graceMs: number): Promise<readonly Item[]>;
  /** What it listed last; nothing is asked. */
  readonly kept: readonly Item[];
  /** True when `items` would say nothing else than what is kept. */
  readonly isFresh: boolean;
  /** The listing changed or the server restarted: ask again next time. */
  stale(): void;
}

/** The listing to be cached, and whoever hears of it. */
export interface CachedListingOptions<Item> {
  readonly upstream: Upstream;
  readonly listing: Listing;
  readonly read: (item: JsonObject) => Item | undefined;
  /** The server's answer is here; `isLate` when somebody was told something older in the meantime. */
  readonly onItems: (isLate: boolean) => void;
  readonly log: Log;
}

export function createCachedListing<Item>(options: CachedListingOptions<Item>): CachedListing<Item> {
  const { upstream, listing, read, onItems, log } = options;
  let kept: readonly Item[] = [];
  const told = new Set<string>();
  let asked: { readonly answer: Promise<void>; isHere: boolean; wasMissed: boolean } | undefined;

  function ask(): NonNullable<typeof asked> {
    const mine = { answer: Promise.resolve(), isHere: false, wasMissed: false };
    mine.answer = listAll(upstream, listing).then(
      (items) => {
        if (asked !== mine) return; // it went stale while it was on its way
        kept = items.filter(isShallow).flatMap((item) => read(item) ?? []);
        mine.isHere = true;
        onItems(mine.wasMissed);
      },
      (error) => {
        if (asked === mine) asked = undefined;
        log.warn(`${upstream.name} could not list its ${listing}: ${messageOf(error)}`);
      },
    );
    return mine;
  }

  // What is deeper than anybody writes would end whoever walks it, so it costs its server that one item.
  function isShallow(item: JsonObject): boolean {
    if (!isDeeperThan(item, MAX_LEVELS)) return true;
    const name = nameOf(item);
    if (!told.has(name)) {
      told.add(name);
      log.warn(`${upstream.name} lists ${name} nested deeper than ${MAX_LEVELS} levels; it is left out`);
    }
    return false;
  }

  return {
    get kept() {
      return kept;
    },
    get isFresh() {
      return asked?.isHere === true && upstream.state.kind === "ready";
    },
    async items(graceMs) {
      const state = await upstream.settled(graceMs);
      if (state.kind !== "ready") return kept;
      if (!(LISTINGS[listing].capability in state.profile.capabilities)) return [];
      asked ??= ask();
      const current = asked;
      // One server that does not answer must not hold up the others.
      if (!current.isHere)
        await withTimeout(current.answer, graceMs, () => {
          current.wasMissed = true;
        });
      return kept;
    },
    stale() {
      asked = undefined;
    },
  };
}

function nameOf({ name, uri, uriTemplate }: JsonObject): string {
  const text = [name, uri, uriTemplate].find((one) => typeof one === "string") ?? "an item";
  return JSON.stringify(text.slice(0, 100));
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
      if (isJsonObject(reply.value) && reply.value.code === RPC_CODES.methodNotFound) return items;
      throw new Error(reply.text);
    }
    const result = isJsonObject(reply.value) ? reply.value : {};
    const found = Array.isArray(result[member]) ? result[member] : [];
    for (const item of found) if (isJsonObject(item)) items.push(item);
    if (typeof result.nextCursor !== "string" || result.nextCursor === cursor) return items;
    cursor = result.nextCursor;
  }
  throw new Error(`${method} did not end after ${MAX_PAGES} pages`);
}
