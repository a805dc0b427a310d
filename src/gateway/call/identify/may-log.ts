import { writeJson } from "#base";
import type { ToolCall } from "#model";
import { META_KEYS } from "#protocol";
import type { Upstream } from "#upstreams";
import type { CallRequest } from "../call-request.ts";
import type { CallServices } from "../call-services.ts";

const METHOD = "logging/setLevel";

/**
 * Whether a modern client's level, which goes with each request, may reach the server: policy has the same say as over
 * `logging/setLevel`, into which it is turned for a legacy server.
 */
export function mayLog(
  { params, callId, session }: CallRequest,
  { name }: Upstream,
  services: CallServices,
): boolean {
  const level = (params._meta as { readonly [key: string]: unknown } | undefined)?.[META_KEYS.logLevel];
  if (typeof level !== "string") return false;
  const args = { level };
  const call: ToolCall = {
    ...{ method: METHOD, server: name, tool: METHOD, name: METHOD, id: callId, session },
    ...{ args, argsText: writeJson(args), definitionDigest: "", annotations: {}, trusted: false },
  };
  return services.policy().evaluate(call, services.clock.now()).action === "allow";
}
