import { isJsonObject } from "#base";
import { composeReply, META_KEYS, members, type RpcId, withMember } from "#protocol";

/** True when a frame from a session is the reply to request `id`, and not something said about it. */
export function isReplyTo(id: RpcId, line: string): boolean {
  return line.startsWith(headOf(id, "result")) || line.startsWith(headOf(id, "error"));
}

/** The JSON-RPC error code of a reply; undefined when it is a result. */
export function errorCodeOf(id: RpcId, line: string): number | undefined {
  if (!line.startsWith(headOf(id, "error"))) return undefined;
  const { error } = JSON.parse(line) as { error?: unknown };
  return isJsonObject(error) && typeof error.code === "number" ? error.code : undefined;
}

/** A reply with the id of its request put back, as raw JSON text. */
export function withId(line: string, raw: string): string {
  return withMember(line, "id", raw);
}

/** A notification of a subscription with the id of its request put back, as raw JSON text. */
export function withSubscriptionId(line: string, raw: string): string {
  const params = members(line).get("params") ?? "{}";
  const meta = withMember(members(params).get("_meta") ?? "{}", META_KEYS.subscriptionId, raw);
  return withMember(line, "params", withMember(params, "_meta", meta));
}

// Sessions compose their frames, so the bytes up to the reply itself are known.
function headOf(id: RpcId, kind: "result" | "error"): string {
  return composeReply(id, { kind, text: "" }).slice(0, -1);
}
