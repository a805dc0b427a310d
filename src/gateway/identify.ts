import {
  isJsonObject,
  isPreloopError,
  JsonError,
  type JsonObject,
  messageOf,
  PreloopError,
  readJson,
} from "#base";
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
  /** The request has a `task` among its params. */
  readonly hasTask: boolean;
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
  let asked: Asked | undefined;
  let offer: ToolOffer | undefined;
  try {
    asked = readCall(request.text);
    offer = await catalog.tool(asked.name);
    // A client may call what it remembers without listing anything first.
    if (offer && !stages.pins.isSurveyed(offer)) stages.pins.survey(await catalog.tools());
    await standingReady(stages);
    if (!offer || !stages.policy().isVisible(offer.server, offer.original))
      throw new PreloopError("tool_unknown", `Unknown tool: ${asked.name}`);
    return { call: bind(asked, offer, request, stages), offer };
  } catch (error) {
    await writeDownUnbound(
      asked ?? { name: nameIn(request.text), argsText: "{}", args: {} },
      offer,
      request,
      {
        stages,
        error,
      },
    );
    throw error;
  }
}

interface Asked {
  readonly name: string;
  readonly argsText: string;
  readonly args: JsonObject;
}

function bind(asked: Asked, offer: ToolOffer, request: CallRequest, stages: Stages): ToolCall {
  const target = { server: offer.server, tool: offer.original, name: asked.name };
  const taken = takeJustification(
    { text: asked.argsText, value: asked.args },
    offer.definition.inputSchema,
    stages.policy().justificationFor(target),
  );
  return {
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
}

function readCall(text: string): Asked {
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

// What cannot be read strictly may still say which tool it was after.
function nameIn(text: string): string {
  const { params } = JSON.parse(text) as { params?: { name?: unknown } };
  return typeof params?.name === "string" ? params.name : "";
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
