import { isJsonObject, type Json, type JsonObject } from "#base";
import { isCustomMethod, member, withMember } from "#protocol";
import type { Upstream } from "#upstreams";
import type { Catalog } from "../../catalog/catalog.ts";
import { findHolder, findPrompt, findTemplateHolder } from "../../catalog/held.ts";
import { offers } from "../../catalog/offers.ts";
import type { CallRequest } from "../call-request.ts";
import type { SessionCallServices } from "../call-services.ts";
import { invalid, textIn, textMapIn, uriText } from "./read-params.ts";
import { refuseAlikeKeys } from "./refuse-alike-keys.ts";
import { customSubject, levelSubject, promptSubject, resourceSubject, type Subject } from "./subject.ts";
import { unknownTo } from "./unknown-to.ts";

/** A request whose method is not `tools/call`. */
export interface OtherRequest extends CallRequest {
  readonly method: string;
}

/** The places where requests find what they are about. */
export interface IdentifyScope {
  readonly catalog: Catalog;
  readonly upstreams: readonly Upstream[];
  readonly services: SessionCallServices;
}

/** The thing that a request is about, at one server. */
export interface FoundSubject {
  readonly upstream: Upstream;
  readonly subject: Subject;
  /** The prompt's name, the URI, or the method itself. */
  readonly tool: string;
  /** The params that go on, apart from `_meta`. */
  readonly args: JsonObject;
  readonly argsText?: string;
  readonly uri?: string | undefined;
}

/** Everything that a request is about: at one server, or for a log level at each that logs. @throws what its method's own check throws */
export function findSubjects(
  request: OtherRequest,
  params: JsonObject,
  scope: IdentifyScope,
): Promise<readonly FoundSubject[]> {
  switch (request.method) {
    case "prompts/get":
      return getPrompt(request, params, scope);
    case "resources/read":
    case "resources/subscribe":
    case "resources/unsubscribe":
      return findResource(request, params, scope);
    case "completion/complete":
      return findCompletion(request, params, scope);
    case "logging/setLevel":
      return findLogging(request, params, scope);
    default:
      return findCustom(request, params, scope);
  }
}

async function getPrompt(request: OtherRequest, params: JsonObject, { catalog, services }: IdentifyScope) {
  const name = textIn(params, "name", request.method);
  const { arguments: args } = params;
  const prompt = await findPrompt(name, catalog, services.pins);
  if (!prompt) throw unknownTo(request, name);
  if (args !== undefined) textMapIn(args, `the arguments of ${name}`);
  if (isJsonObject(args)) refuseAlikeKeys(args, declaredBy(prompt.definition), name);
  const { original: tool, upstream } = prompt;
  const subject = promptSubject(request.method, prompt, catalog);
  return [{ upstream, subject, tool, args: { name: tool, ...(args !== undefined && { arguments: args }) } }];
}

/** A prompt's arguments as a schema declares them. */
function declaredBy({ arguments: declared }: JsonObject): JsonObject {
  const names = (Array.isArray(declared) ? (declared as readonly Json[]) : []).filter(isJsonObject);
  return { properties: Object.fromEntries(names.map(({ name }) => [String(name), {}])) };
}

async function findResource(request: OtherRequest, params: JsonObject, { catalog, services }: IdentifyScope) {
  const { method } = request;
  const uri = uriText(params.uri, `${method} needs a uri`);
  const find = () => findHolder(uri, catalog, services.pins);
  const holder = await find();
  if (!holder || !offers(holder.upstream, "resources")) throw unknownTo(request, uri);
  const args = { uri };
  const subject = resourceSubject(method, args, holder, find);
  return [{ upstream: holder.upstream, subject, tool: uri, args, uri }];
}

async function findCompletion(
  request: OtherRequest,
  params: JsonObject,
  { catalog, services }: IdentifyScope,
) {
  const { method } = request;
  const { ref, argument, context } = params;
  if (!isJsonObject(ref) || !isJsonObject(argument)) throw invalid(`${method} needs a ref and an argument`);
  const given = isJsonObject(context) ? context.arguments : undefined;
  const rest = {
    argument: { name: textIn(argument, "name", method), value: textIn(argument, "value", method) },
    ...(given !== undefined && { context: { arguments: textMapIn(given, "the context's arguments") } }),
  };
  if (ref.type === "ref/prompt") {
    const name = textIn(ref, "name", method);
    const prompt = await findPrompt(name, catalog, services.pins);
    if (!prompt || !offers(prompt.upstream, "completions")) throw unknownTo(request, name);
    const { original: tool, upstream } = prompt;
    const subject = promptSubject(method, prompt, catalog);
    // Its own schema is that of prompts/get: a completion is asked again rather than changed.
    const args = { ref: { type: "ref/prompt", name: tool }, ...rest };
    return [{ upstream, subject: { ...subject, inputSchema: { const: args } }, tool, args }];
  }
  if (ref.type !== "ref/resource") throw invalid(`${method} needs a ref of a prompt or a resource`);
  const uri = uriText(ref.uri, `${method} needs the uri of a template`);
  const find = () => findTemplateHolder(uri, catalog, services.pins);
  const holder = await find();
  if (!holder || !offers(holder.upstream, "completions")) throw unknownTo(request, uri);
  const args = { ref: { type: "ref/resource", uri }, ...rest };
  const subject = resourceSubject(method, args, holder, find);
  return [{ upstream: holder.upstream, subject, tool: uri, args, uri }];
}

async function findLogging(
  { method }: OtherRequest,
  params: JsonObject,
  { upstreams }: IdentifyScope,
): Promise<readonly FoundSubject[]> {
  const args = { level: textIn(params, "level", method) };
  const able = upstreams.filter((upstream) => offers(upstream, "logging"));
  return able.map((upstream) => {
    return { upstream, subject: levelSubject(method, args, upstream), tool: method, args };
  });
}

const SETTLED_MS = 10_000;

async function findCustom(
  request: OtherRequest,
  params: JsonObject,
  { catalog }: IdentifyScope,
): Promise<readonly FoundSubject[]> {
  const { method, text } = request;
  const takers = isCustomMethod(method) ? catalog.takersOf(method) : [];
  const [upstream, ...others] = takers;
  if (!upstream || others.length > 0) throw unknownTo(request, method, takers);
  await upstream.settled(SETTLED_MS);
  const { _meta, ...args } = params;
  refuseAlikeKeys(args, undefined, method);
  const argsText = withMember(member(text, "params") ?? "{}", "_meta", undefined);
  return [{ upstream, subject: customSubject(method, upstream), tool: method, args, argsText }];
}
