import type { Json, Log } from "#base";
import { compileGlob } from "#policy";
import type { Listing } from "#protocol";
import type { Upstream } from "#upstreams";
import { createGivenUris } from "./given-uris.ts";
import { holderAmong } from "./holders.ts";
import type { Offer, ServedUpstream, ToolOffer } from "./offers.ts";
import { createServerListings, itemsOf, makeStale } from "./server-listings.ts";
import { createOffersByName, createToolIndex } from "./tool-index.ts";

/** Everything the servers behind us offer, merged, in the order of the config. */
export interface Catalog {
  tools(): Promise<readonly ToolOffer[]>;
  tool(name: string): Promise<ToolOffer | undefined>;
  /** The tool, where no server need be asked or waited for. */
  toolAtHand(name: string): ToolOffer | undefined;
  prompts(): Promise<readonly Offer[]>;
  prompt(name: string): Promise<Offer | undefined>;
  resources(): Promise<readonly Offer[]>;
  templates(): Promise<readonly Offer[]>;
  /** The one server that a resource may be asked of: it lists the URI, has a template that fits, or gave it. */
  holderOf(uri: string): Promise<Upstream | undefined>;
  /** The one server that lists this template. */
  templateHolder(uriTemplate: string): Promise<Upstream | undefined>;
  /** A server names resources in a reply, which makes it their holder. */
  noteUris(upstream: Upstream, result: Json): void;
  /** The servers whose config lets them be asked a method that is none of the protocol's. */
  takersOf(method: string): readonly Upstream[];
  /** True for a member of a client's `_meta` that the config lets go on to the server. */
  takesMeta(upstream: Upstream, key: string): boolean;
  stale(upstream: Upstream, listing?: Listing): void;
}

/** The servers of a catalog, and whoever hears of what they list late. */
export interface CatalogOptions {
  readonly served: readonly ServedUpstream[];
  /** A server answered after the client had been given a listing without its answer. */
  readonly onLate: (listing: Listing) => void;
  readonly log: Log;
}

/** The catalog of servers that have not been asked yet. */
export function createCatalog({ served, onLate, log }: CatalogOptions): Catalog {
  const onItems = (listing: Listing, isLate: boolean) => {
    if (listing === "tools") toolIndex.stale();
    if (isLate) onLate(listing);
  };
  const servers = served.map((server) => createServerListings(server, { onItems, log }));
  const byName = createOffersByName(log);
  const toolIndex = createToolIndex(servers, byName);
  const given = createGivenUris();
  const switches = new Map(served.map((server) => [server.upstream, switchesOf(server)]));
  return {
    tools: toolIndex.tools,
    tool: toolIndex.tool,
    toolAtHand: toolIndex.toolAtHand,
    prompts: async () => [...byName(await itemsOf(servers, "prompts")).values()],
    prompt: async (name) => byName(await itemsOf(servers, "prompts")).get(name),
    resources: () => itemsOf(servers, "resources"),
    templates: () => itemsOf(servers, "templates"),
    async holderOf(uri) {
      const [resources, templates] = await Promise.all([
        itemsOf(servers, "resources"),
        itemsOf(servers, "templates"),
      ]);
      return holderAmong(uri, { resources, templates }, given);
    },
    async templateHolder(uriTemplate) {
      const templates = await itemsOf(servers, "templates");
      return templates.find(({ original }) => original === uriTemplate)?.upstream;
    },
    noteUris: given.noteUris,
    takersOf: (method) =>
      served.flatMap(({ upstream }) => (switches.get(upstream)!.takes(method) ? [upstream] : [])),
    takesMeta: (upstream, key) => switches.get(upstream)?.lets(key) ?? false,
    stale: (upstream, listing) =>
      makeStale(
        servers.find((one) => one.upstream === upstream),
        listing,
      ),
  };
}

function switchesOf({ methods = [], meta = [] }: ServedUpstream) {
  const [methodGlobs, metaGlobs] = [methods.map(compileGlob), meta.map(compileGlob)];
  return {
    takes: (method: string) => methodGlobs.some((glob) => glob.matches(method)),
    lets: (key: string) => metaGlobs.some((glob) => glob.matches(key)),
  };
}
