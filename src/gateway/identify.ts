import { isJsonObject, JsonError, type JsonObject, PreloopError, readJson } from "#base";
import { members } from "#jsonrpc";
import type { SessionRef, ToolCall } from "#model";
import type { Catalog, ToolOffer } from "./catalog.ts";
import { takeJustification } from "./justification.ts";
import type { Line } from "./line.ts";
import type { Stages } from "./stages.ts";
import { standingReady } from "./standing-ready.ts";

/** A `tools/call` as it came in. */
export interface CallRequest {
  /** The whole frame's text. */
  readonly text: string;
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
}

/**
 * Reads the call strictly and finds its tool. A hidden tool answers like an unknown one, and both are written down.
 * @throws params_invalid, tool_unknown, upstream_failed
 */
export async function identify(request: CallRequest, catalog: Catalog, stages: Stages): Promise<Identified> {
  const { name, argsText, args } = readCall(request.text);
  const offer = await catalog.tool(name);
  // A client may call what it remembers without listing anything first.
  if (offer && !stages.pins.isSurveyed(offer)) stages.pins.survey(await catalog.tools());
  await standingReady(stages);
  const policy = stages.policy();
  if (!offer || !policy.isVisible(offer.server, offer.original)) {
    writeDownUnknown({ name, argsText, args }, offer, request, stages);
    throw new PreloopError("tool_unknown", `Unknown tool: ${name}`);
  }
  const target = { server: offer.server, tool: offer.original, name };
  const taken = takeJustification(
    { text: argsText, value: args },
    offer.definition.inputSchema,
    policy.justificationFor(target),
  );
  const call: ToolCall = {
    ...target,
    id: request.callId,
    session: request.session,
    args: taken.value,
    argsText: taken.text,
    definitionDigest: offer.digest,
    annotations: offer.annotations,
    trusted: offer.trusted,
    ...(taken.justification !== undefined && { justification: taken.justification }),
  };
  return { call, offer };
}

function readCall(text: string): { name: string; argsText: string; args: JsonObject } {
  const { params } = readStrictly(text) as { params?: JsonObject };
  if (!params || typeof params.name !== "string")
    throw new PreloopError("params_invalid", "Invalid params: tools/call needs a tool's name");
  if (params.arguments === undefined) return { name: params.name, argsText: "{}", args: {} };
  if (!isJsonObject(params.arguments))
    throw new PreloopError(
      "params_invalid",
      `Invalid params: the arguments of ${params.name} must be an object`,
    );
  const rawParams = members(text).get("params")!;
  return { name: params.name, argsText: members(rawParams).get("arguments")!, args: params.arguments };
}

// Strict over the whole frame: a second "name" or "arguments" would be a different call to a different reader.
function readStrictly(text: string): JsonObject {
  try {
    return readJson(text) as JsonObject;
  } catch (error) {
    if (error instanceof JsonError)
      throw new PreloopError("params_invalid", `Invalid params: ${error.message}`);
    throw error;
  }
}

function writeDownUnknown(
  asked: { readonly name: string; readonly argsText: string; readonly args: JsonObject },
  offer: ToolOffer | undefined,
  request: CallRequest,
  stages: Stages,
): void {
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
  const rule = offer ? "tools:deny" : "tools:unknown";
  const entry = stages.audit.begin(call, { action: "deny", rule, risk: "medium", faults: [] });
  entry.finish({ outcome: "refused", detail: `Unknown tool: ${asked.name}` });
}
