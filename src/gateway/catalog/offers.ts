import { digestOf, isJsonObject, type Json, type JsonObject } from "#base";
import type { ToolAnnotations } from "#model";
import type { Upstream } from "#upstreams";
import { exposedName } from "./names.ts";

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

/** A tool, with what its calls are bound to and judged by. */
export interface ToolOffer extends Offer {
  readonly kind: "tool";
  readonly digest: string;
  readonly annotations: ToolAnnotations;
  readonly trusted: boolean;
}

/** True when the server is up and announced the capability. */
export function offers(upstream: Upstream, capability: string): boolean {
  return upstream.state.kind === "ready" && capability in upstream.state.profile.capabilities;
}

/** A prompt as its server lists it; undefined for one without a name. */
export function promptOffer(server: ServedUpstream, definition: JsonObject): Offer | undefined {
  return named(server, "prompt", definition);
}

/** A tool alike, with the digest that approvals and pins are bound to. */
export function toolOffer(server: ServedUpstream, definition: JsonObject): ToolOffer | undefined {
  const plain = named(server, "tool", definition);
  if (!plain) return undefined;
  const hints = isJsonObject(definition.annotations) ? definition.annotations : {};
  return { ...plain, digest: digestOf(definition), annotations: readHints(hints), trusted: server.trusted };
}

/** A resource or a template; nobody can ask for what has no address, so it is not listed either. */
export function addressOffer(
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
