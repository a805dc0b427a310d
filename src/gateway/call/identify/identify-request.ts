import { isJsonObject, isPreloopError, type Json, type JsonObject, PreloopError, writeJson } from "#base";
import type { ToolCall } from "#model";
import { isCustomMethod, member, withMember } from "#protocol";
import type { Upstream } from "#upstreams";
import type { Catalog } from "../../catalog/catalog.ts";
import { findHolder, findPrompt, findTemplateHolder } from "../../catalog/held.ts";
import { offers } from "../../catalog/offers.ts";
import type { CallRequest } from "../call-request.ts";
import type { SessionCallServices } from "../call-services.ts";
import { metaFor } from "./client-meta.ts";
import { type Identified, writeDownUnbound } from "./identify.ts";
import { mayLog } from "./may-log.ts";
import { readStrictly } from "./read-strictly.ts";
import { refuseAlikeKeys } from "./refuse-alike-keys.ts";
import { customSubject, levelSubject, promptSubject, resourceSubject, type Subject } from "./subject.ts";

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

/**
 * Reads a request strictly and finds the one server it concerns (for `logging/setLevel`, each that logs). What it finds
 * nobody for is written down, and reaches nobody.
 * @throws params_invalid, prompt_unknown, resource_unknown, method_unknown
 */
export async function identifyRequest(
  request: OtherRequest,
  scope: IdentifyScope,
): Promise<readonly Identified[]> {
  const { services } = scope;
  try {
    const found = await find(request, readStrictly(request), scope);
    await services.firstSnapshot();
    // What is hidden answers like what does not exist.
    const visible = found.filter(({ upstream, tool }) =>
      services.policy().isVisible(upstream.name, tool, request.method),
    );
    if (visible.length === 0 && found.length > 0) throw unknownTo(request, found[0]!.tool);
    return visible.map((one, at) => bind(one, idOf(request, at), scope));
  } catch (error) {
    const { method, params } = request;
    const about = nameIn(params) ?? method;
    const call = { server: "", tool: about, name: about, args: {}, argsText: "{}", definitionDigest: "" };
    const rule = isPreloopError(error, "params_invalid") ? "call:unreadable" : `${kindOf(method)}:unknown`;
    await writeDownUnbound({ ...call, method, uri: uriIn(params) }, request, { services, rule, error });
    throw error;
  }
}

// Each server it goes to is a call of its own.
function idOf(request: OtherRequest, at: number): OtherRequest {
  return at === 0 ? request : { ...request, callId: `${request.callId}.${at}` };
}

/** What a request is about, at one server. */
interface Found {
  readonly upstream: Upstream;
  readonly subject: Subject;
  /** The prompt's name, the URI, or the method itself. */
  readonly tool: string;
  /** The params that go on, apart from `_meta`. */
  readonly args: JsonObject;
  readonly argsText?: string;
  readonly uri?: string | undefined;
}

function find(request: OtherRequest, params: JsonObject, scope: IdentifyScope): Promise<readonly Found[]> {
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
  if (args !== undefined) textsOf(args, `the arguments of ${name}`);
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
    ...(given !== undefined && { context: { arguments: textsOf(given, "the context's arguments") } }),
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
): Promise<readonly Found[]> {
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
): Promise<readonly Found[]> {
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

function bind(found: Found, request: OtherRequest, { catalog, services }: IdentifyScope): Identified {
  const { upstream, subject, tool, args, uri } = found;
  const { method } = request;
  const given = request.params._meta;
  const raw = given === undefined ? undefined : member(member(request.text, "params")!, "_meta");
  const meta = metaFor(given, raw, request.context.client, {
    isLet: (key) => catalog.takesMeta(upstream, key),
    mayLog: () => mayLog(request, upstream, services),
  });
  const call: ToolCall = {
    method,
    uri,
    server: upstream.name,
    tool,
    name: tool === method ? method : `${method} ${tool}`,
    id: request.callId,
    session: request.session,
    args,
    argsText: found.argsText ?? writeJson(args),
    definitionDigest: subject.digest,
    annotations: {},
    trusted: false,
    ...(meta.bound && { meta: meta.bound }),
  };
  return { call, subject, paramsWith: (text) => withMember(text, "_meta", meta.text) };
}

function unknownTo({ method }: OtherRequest, about: string, takers: readonly Upstream[] = []): PreloopError {
  if (takers.length > 1) {
    const names = takers.map(({ name }) => name).join(" and ");
    return new PreloopError("method_unknown", `${method} could go to ${names}; let only one of them take it`);
  }
  switch (kindOf(method)) {
    case "prompts":
      return new PreloopError("prompt_unknown", `Unknown prompt: ${about}`);
    case "resources":
      return new PreloopError("resource_unknown", `Resource not found: ${about}`, { data: { uri: about } });
    case "completions":
      return new PreloopError("params_invalid", `Invalid params: nothing completes ${JSON.stringify(about)}`);
    default:
      return new PreloopError("method_unknown", `Method not found: ${method}`);
  }
}

function kindOf(method: string): "prompts" | "resources" | "completions" | "methods" {
  if (method === "prompts/get") return "prompts";
  if (method === "completion/complete") return "completions";
  return method.startsWith("resources/") ? "resources" : "methods";
}

/** A map of texts, as prompts and completions have it. @throws params_invalid */
function textsOf(value: Json, what: string): JsonObject {
  if (isJsonObject(value) && Object.values(value).every((one) => typeof one === "string")) return value;
  throw invalid(`${what} must be an object of texts`);
}

function textIn(params: JsonObject, key: string, method: string): string {
  const value = params[key];
  if (typeof value === "string") return value;
  throw invalid(`${method} needs a ${key} that is text`);
}

const LONGEST_URI = 65_536;

// A URI holds no control or invisible characters (RFC 3986), and servers part on what they make of them.
function uriText(value: Json | undefined, needs: string): string {
  if (typeof value !== "string") throw invalid(`${needs} that is text`);
  if (value.length > LONGEST_URI || /[\p{C}\p{Zl}\p{Zp}]/u.test(value))
    throw invalid("the uri is none: it is too long, or holds characters that nobody can see");
  return value;
}

function invalid(why: string): PreloopError {
  return new PreloopError("params_invalid", `Invalid params: ${why}`);
}

function nameIn({ name, uri, ref }: JsonObject): string | undefined {
  const inside = isJsonObject(ref) ? ref : {};
  return [uri, name, inside.uri, inside.name].find((one): one is string => typeof one === "string");
}

function uriIn({ uri }: JsonObject): string | undefined {
  return typeof uri === "string" ? uri : undefined;
}
