import { type Log, PreloopError } from "#base";
import { indexByName } from "./names.ts";
import type { Offer, ToolOffer } from "./offers.ts";
import { CALL_GRACE_MS, itemsOf, type ServerListings } from "./server-listings.ts";

/** The tools of all servers, by the names that clients see. */
export interface ToolIndex {
  tools(): Promise<readonly ToolOffer[]>;
  /** @throws upstream_failed when the server that the name belongs to is down */
  tool(name: string): Promise<ToolOffer | undefined>;
  /** The tool, where no server need be asked or waited for. */
  toolAtHand(name: string): ToolOffer | undefined;
  /** A server answered: what was known may be so no more. */
  stale(): void;
}

/** An index that is made anew when a listing has changed. */
export function createToolIndex(servers: readonly ServerListings[], byName: OffersByName): ToolIndex {
  const listingOf = new Map(servers.map(({ name, tools }) => [name, tools]));
  let index: Map<string, ToolOffer> | undefined;

  function known(): Map<string, ToolOffer> {
    index ??= byName(servers.flatMap(({ tools }) => tools.kept));
    return index;
  }

  // A client may call what it remembers from an earlier session, of a server that is not up yet or not up at all.
  async function lateTool(name: string): Promise<ToolOffer | undefined> {
    const server = servers.find((one) => name.startsWith(`${one.name}__`));
    const state = server?.upstream.state;
    if (server && state?.kind === "starting") await server.tools.items(CALL_GRACE_MS);
    const after = server?.upstream.state;
    if (after?.kind === "down")
      throw new PreloopError(
        "upstream_failed",
        `${server!.name} is down: ${after.reason}. Nothing was executed.`,
      );
    return known().get(name);
  }

  return {
    async tools() {
      await itemsOf(servers, "tools");
      return [...known().values()];
    },
    // Only the server that is called is asked again when its list may have changed; the others have no say in the call.
    async tool(name) {
      const listing = listingOf.get(known().get(name)?.server ?? "");
      await (listing ? listing.items(CALL_GRACE_MS) : itemsOf(servers, "tools"));
      return known().get(name) ?? lateTool(name);
    },
    toolAtHand(name) {
      const offer = known().get(name);
      return offer && listingOf.get(offer.server)!.isFresh ? offer : undefined;
    },
    stale() {
      index = undefined;
    },
  };
}

/** Offers by their exposed names. */
export type OffersByName = <Item extends Offer>(offers: readonly Item[]) => Map<string, Item>;

/** Tells once of each name that two servers offer; neither of the two is served. */
export function createOffersByName(log: Log): OffersByName {
  const told = new Set<string>();
  return (offers) =>
    indexByName(offers, (name, servers) => {
      if (told.has(name)) return;
      told.add(name);
      log.error(
        `${servers.join(" and ")} both offer "${name}"; neither is served. Give one of them a prefix`,
      );
    });
}
