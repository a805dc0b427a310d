import { digestOf, isJsonObject, type Json, type JsonObject, readJson } from "#base";
import type { Action, AuditRecord, Decision, ToolCall } from "#model";
import type { Policy, PolicyInput } from "./types.ts";

/** Call that policy once decided about, as the audit has it. */
export type RecordedCall = Pick<
  AuditRecord,
  | "callId"
  | "at"
  | "server"
  | "tool"
  | "method"
  | "arguments"
  | "argumentsDigest"
  | "action"
  | "rule"
  | "client"
  | "session"
  | "user"
>;

/** A recorded call, decided once more. */
export type Replay =
  /** Its arguments were cut in the audit beyond reading, so nothing can be said. */
  | { readonly kind: "unreadable" }
  | {
      readonly kind: "same" | "changed";
      readonly before: { readonly action: Action; readonly rule: string };
      readonly after: Decision;
      /** False when the recorded arguments are masked or cut: a condition may see other values than it would have. */
      readonly isExact: boolean;
    };

/**
 * Decides a recorded call as this policy would have, at the time it was made, with what the tool says of its arguments
 * where that is known.
 */
export function replayCall(
  policy: Policy,
  servers: PolicyInput["servers"],
  record: RecordedCall,
  inputSchema?: Json,
): Replay {
  const args = readArguments(record.arguments);
  if (!args) return { kind: "unreadable" };
  const { action, rule } = record;
  const isExact = digestOf(args) === record.argumentsDigest;
  // Masks stand where the tool may want something else.
  const schema = isExact ? inputSchema : undefined;
  const after = policy.evaluate(
    { ...callOf(record, args, servers), inputSchema: schema },
    new Date(record.at),
  );
  return {
    kind: after.action === action ? "same" : "changed",
    before: { action, rule },
    after,
    isExact,
  };
}

function readArguments(text: string): JsonObject | undefined {
  let value: Json;
  try {
    value = readJson(text);
  } catch {
    return undefined;
  }
  return isJsonObject(value) ? value : undefined;
}

// What a server said of its tool is not written down, but the rule it led to is.
function callOf(record: RecordedCall, args: JsonObject, servers: PolicyInput["servers"]): ToolCall {
  const { callId, server, tool, method, client, session, user, rule } = record;
  const config = servers[server];
  return {
    id: callId,
    session: { id: session, client, clientVersion: "", cwd: "", user },
    server,
    tool,
    ...(method !== undefined && { method, uri: uriOf(method, args) }),
    name: config && config.prefix !== false ? `${server}__${tool}` : tool,
    args,
    argsText: record.arguments,
    definitionDigest: "",
    annotations: rule === "annotations:read-only" ? { readOnlyHint: true } : {},
    trusted: config?.trustAnnotations === true,
  };
}

// A resource is asked for by its URI, and a completion by that of its template.
function uriOf(method: string, { uri, ref }: JsonObject): string | undefined {
  const given = method.startsWith("resources/")
    ? uri
    : method === "completion/complete" && isJsonObject(ref)
      ? ref.uri
      : undefined;
  return typeof given === "string" ? given : undefined;
}
