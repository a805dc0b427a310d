import { isJsonObject, isPreloopError, type JsonObject, messageOf, PreloopError } from "#base";
import type { ToolCall } from "#model";
import { member } from "#protocol";
import type { Catalog } from "../../catalog/catalog.ts";
import type { ToolOffer } from "../../catalog/offers.ts";
import type { CallRequest } from "../call-request.ts";
import type { SessionCallServices } from "../call-services.ts";
import { metaFor } from "./client-meta.ts";
import { takeJustification } from "./justification.ts";
import { logSchemaGaps } from "./log-schema-gaps.ts";
import { mayLog } from "./may-log.ts";
import { readStrictly } from "./read-strictly.ts";
import { refuseAlikeKeys } from "./refuse-alike-keys.ts";
import { type Subject, toolSubject } from "./subject.ts";

/** A request, bound to the one thing at the one server that it names. */
export interface Identified {
  readonly call: ToolCall;
  readonly subject: Subject;
  /**
   * The params that go to the server with these arguments: made of the protocol's own members alone, for what else a
   * client writes beside them is in no digest, on no screen, and may be read as one of them.
   */
  paramsWith(argsText: string): string;
}

/**
 * Reads a `tools/call` strictly and finds its tool. A hidden tool answers like an unknown one, and both are written down.
 * @throws params_invalid, tool_unknown, upstream_failed
 */
export async function identify(
  request: CallRequest,
  catalog: Catalog,
  services: SessionCallServices,
): Promise<Identified> {
  let asked: Asked | undefined;
  let offer: ToolOffer | undefined;
  try {
    asked = readCall(request);
    offer = catalog.toolAtHand(asked.name) ?? (await catalog.tool(asked.name));
    // A client may call what it remembers without listing anything first.
    if (offer && !services.pins.isSurveyed(offer)) services.pins.survey(await catalog.tools());
    await services.firstSnapshot();
    if (!offer || !services.policy().isVisible(offer.server, offer.original))
      throw new PreloopError("tool_unknown", `Unknown tool: ${asked.name}`);
    refuseAlikeKeys(asked.args, offer.definition.inputSchema, asked.name);
    return bind(asked, offer, request, { catalog, services });
  } catch (error) {
    const unbound = asked ?? { name: nameIn(request.params), args: {}, argsText: "{}" };
    const tool = offer?.original ?? unbound.name;
    const call = { ...unbound, server: offer?.server ?? "", tool, definitionDigest: offer?.digest ?? "" };
    await writeDownUnbound(call, request, { services, rule: ruleOf(error, offer !== undefined), error });
    throw error;
  }
}

interface Asked {
  readonly name: string;
  /** The client's own params, as JSON text. */
  readonly params: string;
  readonly hasArguments: boolean;
  readonly argsText: string;
  readonly args: JsonObject;
}

interface Binding {
  readonly catalog: Catalog;
  readonly services: SessionCallServices;
}

function bind(
  asked: Asked,
  offer: ToolOffer,
  request: CallRequest,
  { catalog, services }: Binding,
): Identified {
  const { name, args, argsText, hasArguments } = asked;
  const { server, original: tool, upstream } = offer;
  const given = request.params._meta;
  const raw = given === undefined ? undefined : member(asked.params, "_meta");
  const meta = metaFor(given, raw, request.context.client, {
    isLet: (key) => catalog.takesMeta(upstream, key),
    mayLog: () => mayLog(request, upstream, services),
  });
  logSchemaGaps(offer, services);
  const call: ToolCall = {
    server,
    tool,
    name,
    id: request.callId,
    session: request.session,
    args,
    argsText,
    definitionDigest: offer.digest,
    inputSchema: offer.definition.inputSchema,
    annotations: offer.annotations,
    trusted: offer.trusted,
    ...(meta.bound && { meta: meta.bound }),
  };
  const metaText = meta.text === undefined ? "" : `,"_meta":${meta.text}`;
  const paramsWith = (args: string) => {
    const argumentsText = hasArguments || args !== "{}" ? `,"arguments":${args}` : "";
    return `{"name":${JSON.stringify(tool)}${argumentsText}${metaText}}`;
  };
  const subject = toolSubject(offer, catalog);
  const wanted = services.policy().justificationFor({ server, tool, name });
  if (wanted === undefined) return { call, subject, paramsWith };
  const taken = takeJustification({ text: argsText, value: args }, offer.definition.inputSchema, wanted);
  const { text, value, justification } = taken;
  const said = {
    ...call,
    args: value,
    argsText: text,
    ...(justification !== undefined && { justification }),
  };
  return { call: said, subject, paramsWith };
}

function readCall(request: CallRequest): Asked {
  const { name, arguments: args } = readStrictly(request);
  if (typeof name !== "string")
    throw new PreloopError("params_invalid", "Invalid params: tools/call needs a tool's name");
  const params = member(request.text, "params")!;
  if (args === undefined) return { name, params, hasArguments: false, argsText: "{}", args: {} };
  if (!isJsonObject(args))
    throw new PreloopError("params_invalid", `Invalid params: the arguments of ${name} must be an object`);
  return { name, params, hasArguments: true, argsText: member(params, "arguments")!, args };
}

// What cannot be read strictly may still say which tool it was after.
function nameIn({ name }: JsonObject): string {
  return typeof name === "string" ? name : "";
}

function ruleOf(error: unknown, isOffered: boolean): string {
  if (isPreloopError(error, "tool_unknown")) return isOffered ? "tools:deny" : "tools:unknown";
  return isPreloopError(error, "upstream_failed") ? "server:down" : "call:unreadable";
}

/** A request that could not be bound, as far as it is known. */
export type Unbound = Pick<ToolCall, "server" | "tool" | "name" | "args" | "argsText" | "definitionDigest"> &
  Partial<Pick<ToolCall, "method" | "uri">>;

/** Writes down a request that goes nowhere: there is nothing that policy could judge. */
export async function writeDownUnbound(
  unbound: Unbound,
  { callId: id, session }: CallRequest,
  {
    services,
    rule,
    error,
  }: { readonly services: SessionCallServices; readonly rule: string; readonly error: unknown },
): Promise<void> {
  const { server, tool, name, args, argsText, definitionDigest, method, uri } = unbound;
  const call: ToolCall = {
    ...{ id, session, server, tool, name, args, argsText, definitionDigest, method, uri },
    annotations: {},
    trusted: false,
  };
  const entry = services.audit.begin(call, { action: "deny", rule, risk: "medium", faults: [] });
  const isUnknown = UNKNOWN.some((code) => isPreloopError(error, code));
  await entry.finish({ outcome: isUnknown ? "refused" : "error", detail: messageOf(error) });
}

const UNKNOWN = ["tool_unknown", "prompt_unknown", "resource_unknown", "method_unknown"] as const;
