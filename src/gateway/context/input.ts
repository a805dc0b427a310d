import { isDeeperThan, isJsonObject, type Json, MAX_DEPTH } from "#base";
import { members, RPC_CODES, withMember } from "#protocol";
import type { UpstreamReply } from "#upstreams";

/** True for the error by which a server wants links opened (2025-11-25, client/elicitation). */
export function wantsLinks({ kind, value }: UpstreamReply): boolean {
  return kind === "error" && isJsonObject(value) && value.code === RPC_CODES.urlElicitationRequired;
}

/** The input that a server wants before it goes on. */
export interface WantedInput {
  /** The text of an `input_required` result. */
  readonly result: string;
  /** The server's own state as JSON text, for its eyes only. */
  readonly state: string | undefined;
}

/** What the reply asks for; undefined when it is the last word. */
export function wantedBy(reply: UpstreamReply): WantedInput | undefined {
  if (reply.kind === "error" || !isJsonObject(reply.value) || reply.value.resultType !== "input_required")
    return undefined;
  return { result: withMember(reply.text, "requestState", undefined), state: stateOf(reply.text) };
}

/**
 * The links that a legacy server's error -32042 wants opened before it is asked again, as a modern client is asked for
 * them (2025-11-25, client/elicitation).
 */
export function wantedByError(reply: UpstreamReply): WantedInput | undefined {
  if (!wantsLinks(reply) || !isJsonObject(reply.value)) return undefined;
  const { data } = reply.value;
  if (!isJsonObject(data) || !Array.isArray(data.elicitations)) return undefined;
  const requests = data.elicitations.flatMap((one: Json, at) =>
    isJsonObject(one) ? [[`link${at + 1}`, { method: "elicitation/create", params: one }] as const] : [],
  );
  if (requests.length === 0 || isDeeperThan(data, MAX_DEPTH)) return undefined;
  return { result: inputRequired(JSON.stringify(Object.fromEntries(requests))), state: undefined };
}

/** An `input_required` result with these requests, as JSON text. */
export function inputRequired(inputRequests?: string): string {
  const requests = inputRequests === undefined ? "" : `,"inputRequests":${inputRequests}`;
  return `{"resultType":"input_required"${requests}}`;
}

/** The requests of an `input_required` result, by key, as JSON text. */
export function inputRequestsOf(result: string): ReadonlyMap<string, string> {
  const requests = members(result).get("inputRequests");
  if (!requests?.startsWith("{")) return new Map();
  return new Map([...members(requests)].filter(([, entry]) => entry.startsWith("{")));
}

/** A request's params with what the next round brings; what a client claimed of earlier rounds is taken out. */
export function nextParams(params: string, responses: string | undefined, state: string | undefined): string {
  return withMember(withMember(params, "inputResponses", responses), "requestState", state);
}

function stateOf(text: string): string | undefined {
  const raw = members(text).get("requestState");
  return raw?.startsWith('"') ? raw : undefined;
}
