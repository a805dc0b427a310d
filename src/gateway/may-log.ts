import { writeJson } from "#base";
import type { ToolCall } from "#model";
import { META, type Upstream } from "#upstreams";
import type { CallRequest } from "./identify.ts";
import type { Stages } from "./stages.ts";

const METHOD = "logging/setLevel";

/**
 * Whether a modern client's level, which goes with each request, may reach the server: policy has the same say as over
 * `logging/setLevel`, into which a legacy server's side turns it.
 */
export function mayLog(
  { params, callId, session }: CallRequest,
  { name }: Upstream,
  stages: Stages,
): boolean {
  const level = (params._meta as { readonly [key: string]: unknown } | undefined)?.[META.logLevel];
  if (typeof level !== "string") return false;
  const args = { level };
  const call: ToolCall = {
    ...{ method: METHOD, server: name, tool: METHOD, name: METHOD, id: callId, session },
    ...{ args, argsText: writeJson(args), definitionDigest: "", annotations: {}, trusted: false },
  };
  return stages.policy().evaluate(call, stages.clock.now()).action === "allow";
}
