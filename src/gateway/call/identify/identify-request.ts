import { isJsonObject, isPreloopError, type JsonObject, writeJson } from "#base";
import type { ToolCall } from "#model";
import { member, withMember } from "#protocol";
import { metaFor } from "./client-meta.ts";
import { type FoundSubject, findSubjects, type IdentifyScope, type OtherRequest } from "./find-subjects.ts";
import { type Identified, writeDownUnbound } from "./identify.ts";
import { mayLog } from "./may-log.ts";
import { readStrictly } from "./read-strictly.ts";
import { kindOf, unknownTo } from "./unknown-to.ts";

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
    const found = await findSubjects(request, readStrictly(request), scope);
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

function bind(found: FoundSubject, request: OtherRequest, { catalog, services }: IdentifyScope): Identified {
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

function nameIn({ name, uri, ref }: JsonObject): string | undefined {
  const inside = isJsonObject(ref) ? ref : {};
  return [uri, name, inside.uri, inside.name].find((one): one is string => typeof one === "string");
}

function uriIn({ uri }: JsonObject): string | undefined {
  return typeof uri === "string" ? uri : undefined;
}
