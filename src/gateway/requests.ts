import { isJsonObject, type JsonObject, PreloopError } from "#base";
import { members, type RawReply, withMember } from "#jsonrpc";
import type { Upstream } from "#upstreams";
import { type Catalog, offers } from "./catalog.ts";
import { exchange } from "./exchange.ts";
import { findHolders, findPrompt, mayAsk } from "./held.ts";
import type { Line } from "./line.ts";
import type { Stages } from "./stages.ts";

/** A request that policy has no say in, on its way to the one server it concerns. */
export interface Passing {
  readonly method: string;
  readonly params: JsonObject;
  /** The params' source text. */
  readonly raw: string;
  readonly line: Line;
}

/** prompts/get: by the name the client sees. @throws params_invalid for a prompt nobody offers, tool_held */
export async function getPrompt(passing: Passing, catalog: Catalog, stages: Stages): Promise<RawReply> {
  const name = textOf(passing, "name");
  const prompt = await findPrompt(name, catalog, stages);
  if (!prompt) throw new PreloopError("params_invalid", `Unknown prompt: ${name}`);
  const params = withMember(passing.raw, "name", JSON.stringify(prompt.original));
  return pass(prompt.upstream, passing, params);
}

/**
 * resources/read, subscribe and unsubscribe: the server that lists the URI, else those whose templates fit, else the
 * others, until one knows it. @throws resource_unknown, tool_held
 */
export async function askHolder(passing: Passing, catalog: Catalog, stages: Stages): Promise<RawReply> {
  const uri = textOf(passing, "uri");
  let refused: RawReply | undefined;
  for await (const upstream of findHolders(uri, catalog, stages)) {
    const reply = await pass(upstream, passing, passing.raw);
    if (reply.kind === "result") return reply;
    refused ??= reply;
  }
  if (refused) return refused;
  throw new PreloopError("resource_unknown", `Resource not found: ${uri}`, { data: { uri } });
}

/** completion/complete: for a prompt by name, for a resource by its template. @throws params_invalid, tool_held */
export async function complete(passing: Passing, catalog: Catalog, stages: Stages): Promise<RawReply> {
  const ref = isJsonObject(passing.params.ref) ? passing.params.ref : {};
  if (ref.type === "ref/prompt") {
    const prompt = await findPrompt(nameIn(ref.name), catalog, stages);
    if (!prompt) throw new PreloopError("params_invalid", `Unknown prompt: ${nameIn(ref.name)}`);
    const original = withMember(members(passing.raw).get("ref")!, "name", JSON.stringify(prompt.original));
    return pass(prompt.upstream, passing, withMember(passing.raw, "ref", original));
  }
  for await (const upstream of findHolders(nameIn(ref.uri), catalog, stages))
    if (offers(upstream, "completions")) return pass(upstream, passing, passing.raw);
  throw new PreloopError("params_invalid", `Nothing completes ${JSON.stringify(ref)}`);
}

/** logging/setLevel: said to every server that logs; it succeeds when it is said. */
export async function setLogLevel(passing: Passing, upstreams: readonly Upstream[]): Promise<RawReply> {
  const able = upstreams.filter((upstream) => offers(upstream, "logging"));
  const replies = await Promise.allSettled(able.map((upstream) => pass(upstream, passing, passing.raw)));
  const done = replies.flatMap((reply) => (reply.status === "fulfilled" ? [reply.value] : []));
  return done.find((reply) => reply.kind === "error" && able.length === 1) ?? { kind: "result", text: "{}" };
}

/**
 * A method we do not know goes to the only server there is; with several, nobody can say whose it is.
 * @throws method_unknown, tool_held
 */
export async function passUnknown(
  passing: Passing,
  upstreams: readonly Upstream[],
  stages: Stages,
): Promise<RawReply> {
  const [only, ...others] = upstreams.filter(({ isInside }) => !isInside);
  if (!only || others.length > 0 || !(await mayAsk(only.name, passing.method, stages)))
    throw new PreloopError("method_unknown", `Method not found: ${passing.method}`);
  await only.settled(10_000);
  return pass(only, passing, passing.raw);
}

function pass(upstream: Upstream, passing: Passing, params: string): Promise<RawReply> {
  const { method, line } = passing;
  return exchange({ upstream, method, params, line });
}

function textOf({ method, params }: Passing, member: "name" | "uri"): string {
  const value = params[member];
  if (typeof value === "string") return value;
  throw new PreloopError("params_invalid", `Invalid params: ${method} needs a ${member} that is text`);
}

// A reference without a proper name finds nothing, which is the answer to it.
function nameIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}
