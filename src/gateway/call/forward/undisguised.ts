import { foldKey, isJsonObject, type Json, type JsonObject } from "#base";
import { members, RPC_CODES, withMember } from "#protocol";
import type { UpstreamReply } from "#upstreams";

const RESULT_TYPES: readonly unknown[] = [undefined, "complete", "input_required", "task"];
const ASKING = ["resultType", "inputRequests", "requestState"];

/**
 * The reply without what only some decoder would take for a server's own requests: those of this one are looked at
 * before a client gets them, and a `ResultType` beside the real one would pass by that look. Other members stay as they
 * came.
 */
export function undisguised(reply: UpstreamReply): UpstreamReply {
  if (!isJsonObject(reply.value)) return reply;
  return reply.kind === "result" ? plainResult(reply, reply.value) : plainError(reply, reply.value);
}

function plainResult(reply: UpstreamReply, value: JsonObject): UpstreamReply {
  const { resultType } = value;
  const isAsking = resultType === "input_required";
  const dropped = Object.keys(value).filter((key) => {
    if (!mayAsk(key)) return false;
    if (!ASKING.includes(key)) return true;
    return key === "resultType" ? !RESULT_TYPES.includes(resultType) : !isAsking && resultType !== "task";
  });
  return without(reply, value, dropped);
}

// Nearly every key of a result ends the look at its first letter.
function mayAsk(key: string): boolean {
  return !/^[a-hj-qs-zA-HJ-QS-Z_]/.test(key) && ASKING.some((known) => foldKey(known) === foldKey(key));
}

// An error has three members (JSON-RPC 2.0, section 5.1).
function plainError(reply: UpstreamReply, value: JsonObject): UpstreamReply {
  const dropped = Object.keys(value).filter((key) => !["code", "message", "data"].includes(key));
  const plain = without(reply, value, dropped);
  const { code, data } = value;
  if (code === RPC_CODES.urlElicitationRequired || !isJsonObject(data)) return plain;
  const asking = Object.keys(data).filter((key) => foldKey(key) === "elicitations");
  if (asking.length === 0) return plain;
  const kept = asking.reduce(
    (text, key) => withMember(text, key, undefined),
    members(plain.text).get("data")!,
  );
  return {
    kind: "error",
    text: withMember(plain.text, "data", kept),
    value: { ...(plain.value as JsonObject), data: omit(data, asking) },
  };
}

function without(reply: UpstreamReply, value: JsonObject, keys: readonly string[]): UpstreamReply {
  if (keys.length === 0) return reply;
  const text = keys.reduce((rest, key) => withMember(rest, key, undefined), reply.text);
  return { kind: reply.kind, text, value: omit(value, keys) };
}

function omit(value: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))) as {
    [key: string]: Json;
  };
}
