import type { JsonObject, Log } from "#base";
import { LISTINGS, type Listing } from "#protocol";
import type { Upstream } from "#upstreams";
import { type CachedListing, createCachedListing } from "./cached-listing.ts";
import {
  addressOffer,
  type Offer,
  promptOffer,
  type ServedUpstream,
  type ToolOffer,
  toolOffer,
} from "./offers.ts";

/** The listings of one server. */
export interface ServerListings {
  readonly name: string;
  readonly upstream: Upstream;
  readonly tools: CachedListing<ToolOffer>;
  readonly prompts: CachedListing<Offer>;
  readonly resources: CachedListing<Offer>;
  readonly templates: CachedListing<Offer>;
}

/** Listeners of what servers list. */
export interface ServerListingsOptions {
  /** A server's answer is here; `isLate` when the client was told something older in the meantime. */
  readonly onItems: (listing: Listing, isLate: boolean) => void;
  readonly log: Log;
}

/** How long a listing waits for servers that are still starting; what comes later is announced by `list_changed`. */
const LIST_GRACE_MS = 3_000;
/** How long a call waits for the one server it names. */
export const CALL_GRACE_MS = 30_000;

/** The listings of a server that has not been asked yet. */
export function createServerListings(
  server: ServedUpstream,
  { onItems, log }: ServerListingsOptions,
): ServerListings {
  const { upstream } = server;
  function cached<Item>(listing: Listing, read: (item: JsonObject) => Item | undefined) {
    return createCachedListing({
      upstream,
      listing,
      read,
      onItems: (isLate) => onItems(listing, isLate),
      log,
    });
  }
  return {
    name: upstream.name,
    upstream,
    tools: cached("tools", (item) => toolOffer(server, item)),
    prompts: cached("prompts", (item) => promptOffer(server, item)),
    resources: cached("resources", (item) => addressOffer(server, "resource", item)),
    templates: cached("templates", (item) => addressOffer(server, "template", item)),
  };
}

/** All that servers list of one kind, in their order. */
export async function itemsOf(servers: readonly ServerListings[], kind: Listing): Promise<readonly Offer[]> {
  return (await Promise.all(servers.map((server) => server[kind].items(LIST_GRACE_MS)))).flat();
}

/** One listing of a server, or all of them, must be asked for anew. */
export function makeStale(server: ServerListings | undefined, listing: Listing | undefined): void {
  for (const name of listing ? [listing] : (Object.keys(LISTINGS) as Listing[])) server?.[name].stale();
}
