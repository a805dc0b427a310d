import {
  isJsonObject,
  isPlainJson,
  isPreloopError,
  JsonError,
  type JsonObject,
  messageOf,
  PreloopError,
  readJson,
} from "#base";
import { member } from "#jsonrpc";
import type { SessionRef, ToolCall } from "#model";
import type { Catalog, ToolOffer } from "./catalog.ts";
import { takeJustification } from "./justification.ts";
import type { Line } from "./line.ts";
import { noteSchema } from "./note-schema.ts";
import type { Stages } from "./stages.ts";
import { standingReady } from "./standing-ready.ts";

/** A `tools/call` as it came in. */
export interface CallRequest {
  /** The whole frame's text. */
  readonly text: string;
  /** Its params, as `JSON.parse` reads them. */
  readonly params: JsonObject;
  /** Unique for the life of the store. */
  readonly callId: string;
  readonly session: SessionRef;
  /** The way back to the client, for as long as the call lives. */
  readonly line: Line;
}

/** The call, bound to the one tool it names. */
export interface Identified {
  readonly call: ToolCall;
  readonly offer: ToolOffer;
  /** The client's own params, as JSON text. */
  readonly params: string;
}

/**
 * Reads the call strictly and finds its tool. A hidden tool answers like an unknown one, and both are written down.
 * @throws params_invalid, tool_unknown, upstream_failed
 */
export async function identify(request: CallRequest, catalog: Catalog, stages: Stages): Promise<Identified> {
  let asked: Asked | undefined;
  let offer: ToolOffer | undefined;
  try {
    asked = readCall(request);
    offer = catalog.toolAtHand(asked.name) ?? (await catalog.tool(asked.name));
    // A client may call what it remembers without listing anything first.
    if (offer && !stages.pins.isSurveyed(offer)) stages.pins.survey(await catalog.tools());
    await standingReady(stages);
    if (!offer || !stages.policy().isVisible(offer.server, offer.original))
      throw new PreloopError("tool_unknown", `Unknown tool: ${asked.name}`);
    return { call: bind(asked, offer, request, stages), offer, params: asked.params };
  } catch (error) {
    await writeDownUnbound(
      asked ?? { name: nameIn(request.params), params: "{}", argsText: "{}", args: {} },
      offer,
      request,
      { stages, error },
    );
    throw error;
  }
}

interface Asked {
  readonly name: string;
  readonly params: string;
  readonly argsText: string;
  readonly args: JsonObject;
}

function bind(asked: Asked, offer: ToolOffer, request: CallRequest, stages: Stages): ToolCall {
  const { name, args, argsText } = asked;
  const { server, original: tool } = offer;
  noteSchema(offer, stages.log);
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
  };
  const wanted = stages.policy().justificationFor({ server, tool, name });
  if (wanted === undefined) return call;
  const given = takeJustification({ text: argsText, value: args }, offer.definition.inputSchema, wanted);
  const { text, value, justification } = given;
  return { ...call, args: value, argsText: text, ...(justification !== undefined && { justification }) };
}

function readCall(request: CallRequest): Asked {
  const { name, arguments: args } = readStrictly(request);
  if (typeof name !== "string")
    throw new PreloopError("params_invalid", "Invalid params: tools/call needs a tool's name");
  const params = member(request.text, "params")!;
  if (args === undefined) return { name, params, argsText: "{}", args: {} };
  if (!isJsonObject(args))
    throw new PreloopError("params_invalid", `Invalid params: the arguments of ${name} must be an object`);
  return { name, params, argsText: member(params, "arguments")!, args };
}

// Strict over the whole frame: a second "name" or "arguments" would be a different call to a different reader.
function readStrictly({ text, params }: CallRequest): JsonObject {
  try {
    if (isPlainJson(text)) return params;
    return (readJson(text) as { readonly params?: JsonObject }).params ?? params;
  } catch (error) {
    if (error instanceof JsonError)
      throw new PreloopError("params_invalid", `Invalid params: ${error.message}`);
    throw error;
  }
}

// What cannot be read strictly may still say which tool it was after.
function nameIn({ name }: JsonObject): string {
  return typeof name === "string" ? name : "";
}

async function writeDownUnbound(
  asked: Asked,
  offer: ToolOffer | undefined,
  request: CallRequest,
  { stages, error }: { readonly stages: Stages; readonly error: unknown },
): Promise<void> {
  const call: ToolCall = {
    id: request.callId,
    session: request.session,
    server: offer?.server ?? "",
    tool: offer?.original ?? asked.name,
    name: asked.name,
    args: asked.args,
    argsText: asked.argsText,
    definitionDigest: offer?.digest ?? "",
    annotations: {},
    trusted: false,
  };
  const unknown = isPreloopError(error, "tool_unknown");
  const down = isPreloopError(error, "upstream_failed");
  const rule = unknown ? (offer ? "tools:deny" : "tools:unknown") : down ? "server:down" : "call:unreadable";
  const entry = stages.audit.begin(call, { action: "deny", rule, risk: "medium", faults: [] });
  await entry.finish({ outcome: unknown ? "refused" : "error", detail: messageOf(error) });
}
