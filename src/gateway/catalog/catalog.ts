import { digestOf, isJsonObject, type Json, type JsonObject, type Log, PreloopError } from "#base";
import type { ToolAnnotations } from "#model";
import { compileGlob } from "#policy";
import { LISTINGS, type Listing } from "#protocol";
import type { Upstream } from "#upstreams";
import { type CachedListing, createCachedListing } from "./cached-listing.ts";
import { createGivenUris } from "./given-uris.ts";
import { exposedName, indexByName } from "./names.ts";
import { fitOf } from "./uri-template.ts";

/** An upstream and what the config says of serving it. */
export interface ServedUpstream {
  readonly upstream: Upstream;
  readonly prefix: boolean;
  readonly trusted: boolean;
  /** Globs over methods that are none of the protocol's and that it may be asked. */
  readonly methods?: readonly string[];
  /** Globs over members of a client's `_meta` that go on to it. */
  readonly meta?: readonly string[];
}

/** One thing a server offers by name or address, under the name the client sees. */
export interface Offer {
  readonly kind: "tool" | "prompt" | "resource" | "template";
  readonly name: string;
  readonly server: string;
  readonly original: string;
  readonly upstream: Upstream;
  /** As the server lists it. */
  readonly definition: JsonObject;
}

export interface ToolOffer extends Offer {
  readonly kind: "tool";
  readonly digest: string;
  readonly annotations: ToolAnnotations;
  readonly trusted: boolean;
}

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

/** How long a listing waits for servers that are still starting; what comes later is announced by `list_changed`. */
const LIST_GRACE_MS = 3_000;
/** How long a call waits for the one server it names. */
const CALL_GRACE_MS = 30_000;

export interface CatalogOptions {
  readonly served: readonly ServedUpstream[];
  /** A server answered after the client had been given a listing without its answer. */
  readonly onLate: (listing: Listing) => void;
  readonly log: Log;
}

export function createCatalog({ served, onLate, log }: CatalogOptions): Catalog {
  const toolListings = served.map((server) =>
    cachedListing(server, "tools", (item) => toolOffer(server, item)),
  );
  const promptListings = served.map((server) =>
    cachedListing(server, "prompts", (item) => promptOffer(server, item)),
  );
  const resourceListings = served.map((server) =>
    cachedListing(server, "resources", (item) => addressOffer(server, "resource", item)),
  );
  const templateListings = served.map((server) =>
    cachedListing(server, "templates", (item) => addressOffer(server, "template", item)),
  );
  const given = createGivenUris();
  const switches = new Map(served.map((server) => [server.upstream, switchesOf(server)]));
  const byListing: Record<Listing, readonly CachedListing<unknown>[]> = {
    tools: toolListings,
    prompts: promptListings,
    resources: resourceListings,
    templates: templateListings,
  };
  const toolListingOf = new Map(served.map(({ upstream }, at) => [upstream.name, toolListings[at]!]));
  const told = new Set<string>();
  let toolIndex: Map<string, ToolOffer> | undefined;

  function cachedListing<Item>(
    server: ServedUpstream,
    listing: Listing,
    read: (item: JsonObject) => Item | undefined,
  ) {
    const onItems = (isLate: boolean) => {
      if (listing === "tools") toolIndex = undefined;
      if (isLate) onLate(listing);
    };
    return createCachedListing({ upstream: server.upstream, listing, read, onItems, log });
  }
  async function all<Item>(listings: readonly CachedListing<Item>[]): Promise<Item[]> {
    return (await Promise.all(listings.map((one) => one.items(LIST_GRACE_MS)))).flat();
  }
  function index<Item extends Offer>(offers: readonly Item[]): Map<string, Item> {
    return indexByName(offers, (name, servers) => {
      if (told.has(name)) return;
      told.add(name);
      log.error(
        `${servers.join(" and ")} both offer "${name}"; neither is served. Give one of them a prefix`,
      );
    });
  }
  function known(): Map<string, ToolOffer> {
    toolIndex ??= index(toolListings.flatMap((one) => one.kept));
    return toolIndex;
  }

  // Only the server that is called is asked again when its list may have changed; the others have no say in the call.
  async function tool(name: string): Promise<ToolOffer | undefined> {
    const server = known().get(name)?.server;
    const at = served.findIndex(({ upstream }) => upstream.name === server);
    await (at < 0 ? all(toolListings) : toolListings[at]!.items(CALL_GRACE_MS));
    return known().get(name) ?? lateTool(name);
  }

  // A client may call what it remembers from an earlier session, of a server that is not up yet or not up at all.
  async function lateTool(name: string): Promise<ToolOffer | undefined> {
    const at = served.findIndex(({ upstream }) => name.startsWith(`${upstream.name}__`));
    const server = served[at]?.upstream;
    if (server?.state.kind === "starting") await toolListings[at]!.items(CALL_GRACE_MS);
    if (server?.state.kind === "down")
      throw new PreloopError(
        "upstream_failed",
        `${server.name} is down: ${server.state.reason}. Nothing was executed.`,
      );
    return known().get(name);
  }

  return {
    async tools() {
      await all(toolListings);
      return [...known().values()];
    },
    tool,
    toolAtHand(name) {
      const offer = known().get(name);
      return offer && toolListingOf.get(offer.server)!.isFresh ? offer : undefined;
    },
    prompts: async () => [...index(await all(promptListings)).values()],
    prompt: async (name) => index(await all(promptListings)).get(name),
    resources: () => all(resourceListings),
    templates: () => all(templateListings),
    async holderOf(uri) {
      const [resources, templates] = await Promise.all([all(resourceListings), all(templateListings)]);
      const lister = resources.find(({ original }) => original === uri)?.upstream;
      if (lister) return lister;
      // A template that names no scheme fits whatever others give, and takes none of it.
      const [named, nameless] = [templates.filter(namesScheme), templates.filter((one) => !namesScheme(one))];
      return fittest(named, uri) ?? given.holderOf(uri) ?? fittest(nameless, uri);
    },
    async templateHolder(uriTemplate) {
      const templates = await all(templateListings);
      return templates.find(({ original }) => original === uriTemplate)?.upstream;
    },
    noteUris: given.noteUris,
    takersOf: (method) =>
      served.flatMap(({ upstream }) => (switches.get(upstream)!.takes(method) ? [upstream] : [])),
    takesMeta: (upstream, key) => switches.get(upstream)?.lets(key) ?? false,
    stale(upstream, listing) {
      const at = served.findIndex((server) => server.upstream === upstream);
      for (const name of listing ? [listing] : (Object.keys(LISTINGS) as Listing[]))
        byListing[name][at]?.stale();
    },
  };
}

/** True when the server is up and announced the capability. */
export function offers(upstream: Upstream, capability: string): boolean {
  return upstream.state.kind === "ready" && capability in upstream.state.profile.capabilities;
}

function named<Kind extends Offer["kind"]>(server: ServedUpstream, kind: Kind, definition: JsonObject) {
  if (typeof definition.name !== "string") return undefined;
  return {
    kind,
    name: exposedName(server.upstream.name, definition.name, server.prefix),
    server: server.upstream.name,
    original: definition.name,
    upstream: server.upstream,
    definition,
  };
}

function namesScheme({ original }: Offer): boolean {
  return original.split("{")[0]!.includes(":");
}

// Where several templates fit, the one that says most of the URI itself.
function fittest(templates: readonly Offer[], uri: string): Upstream | undefined {
  const fitting = templates.flatMap(({ original, upstream }) => {
    const literal = fitOf(original, uri);
    return literal === undefined ? [] : [{ literal, upstream }];
  });
  return fitting.sort((a, b) => b.literal - a.literal)[0]?.upstream;
}

function switchesOf({ methods = [], meta = [] }: ServedUpstream) {
  const [methodGlobs, metaGlobs] = [methods.map(compileGlob), meta.map(compileGlob)];
  return {
    takes: (method: string) => methodGlobs.some((glob) => glob.matches(method)),
    lets: (key: string) => metaGlobs.some((glob) => glob.matches(key)),
  };
}

function promptOffer(server: ServedUpstream, definition: JsonObject): Offer | undefined {
  return named(server, "prompt", definition);
}

function toolOffer(server: ServedUpstream, definition: JsonObject): ToolOffer | undefined {
  const plain = named(server, "tool", definition);
  if (!plain) return undefined;
  const hints = isJsonObject(definition.annotations) ? definition.annotations : {};
  return { ...plain, digest: digestOf(definition), annotations: readHints(hints), trusted: server.trusted };
}

// Nobody can ask for what has no address, so it is not listed either.
function addressOffer(
  { upstream }: ServedUpstream,
  kind: "resource" | "template",
  definition: JsonObject,
): Offer | undefined {
  const address = kind === "resource" ? definition.uri : definition.uriTemplate;
  if (typeof address !== "string") return undefined;
  return { kind, name: address, server: upstream.name, original: address, upstream, definition };
}

function readHints(hints: JsonObject): ToolAnnotations {
  const flag = (value: Json | undefined) => (typeof value === "boolean" ? value : undefined);
  const found = {
    title: typeof hints.title === "string" ? hints.title : undefined,
    readOnlyHint: flag(hints.readOnlyHint),
    destructiveHint: flag(hints.destructiveHint),
    idempotentHint: flag(hints.idempotentHint),
    openWorldHint: flag(hints.openWorldHint),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
