import type { Json, JsonObject } from "#base";
import { RPC_CODES } from "./error-codes.ts";
import { elements } from "./members.ts";
import type { Frame, MalformedCode, RpcError, RpcId } from "./types.ts";

const NO_PARAMS: JsonObject = Object.freeze({});

/** Reads one frame with one `JSON.parse`; a list only for a JSON-RPC batch. Never throws. */
export function readFrame(text: string): Frame | Frame[] {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch {
    return malformed(null, "this is not valid JSON", RPC_CODES.parseError);
  }
  if (!Array.isArray(value)) return readMessage(value, text);
  if (value.length === 0) return malformed(null, "a batch may not be empty");
  const texts = elements(text);
  return value.map((item: Json, at) => readMessage(item, texts[at] ?? "null"));
}

/** True for what JSON-RPC and MCP allow as an id, and a double can carry. */
export function isRpcId(value: unknown): value is RpcId {
  return typeof value === "string" || Number.isSafeInteger(value);
}

type Message = Readonly<Record<string, Json | undefined>>;

// JSON.parse makes "__proto__" an own key like any other, so plain reads here never meet a foreign prototype.
function readMessage(value: Json, text: string): Frame {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return malformed(null, "a message is a JSON object");
  const message = value as Message;
  const id = isRpcId(message.id) ? message.id : null;
  if (message.jsonrpc !== "2.0") return malformed(id, 'the member "jsonrpc" must be "2.0"');
  if (message.method !== undefined) return readCall(message, id, text);
  if (message.error !== undefined) return readError(message, id, text);
  if (message.result === undefined) return malformed(id, "neither a method, a result nor an error");
  if (id === null) return malformed(id, "a result needs the id of its request: a string or an integer");
  return { kind: "result", id, result: message.result, text };
}

function readCall(message: Message, id: RpcId | null, text: string): Frame {
  const { method, params } = message;
  if (typeof method !== "string") return malformed(id, "the method must be a string");
  if (message.result !== undefined || message.error !== undefined)
    return malformed(id, "a message has either a method or an answer");
  if (params !== undefined && !isObject(params)) return malformed(id, "params must be an object");
  const known = (params ?? NO_PARAMS) as JsonObject;
  if (message.id === undefined) return { kind: "notification", method, params: known, text };
  if (id === null) return malformed(id, "the id must be a string or an integer");
  return { kind: "request", id, method, params: known, text };
}

function readError(message: Message, id: RpcId | null, text: string): Frame {
  const { error } = message;
  if (message.result !== undefined) return malformed(id, "a message has either a result or an error");
  if (id === null && message.id !== undefined && message.id !== null)
    return malformed(id, "the id must be a string or an integer");
  if (!isRpcError(error)) return malformed(id, "an error has an integer code and a message");
  return { kind: "error", id, error, text };
}

function isRpcError(value: Json | undefined): value is Json & RpcError {
  if (!isObject(value)) return false;
  return Number.isInteger(value.code) && typeof value.message === "string";
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function malformed(id: RpcId | null, message: string, code: MalformedCode = RPC_CODES.invalidRequest): Frame {
  return { kind: "malformed", id, code, message };
}
