import { isJsonObject, type Json } from "#base";
import type { Upstream } from "#upstreams";
import type { ToolOffer } from "../catalog/offers.ts";
import type { RequestContext } from "../context/request-context.ts";

/** What a server's tool says of tasks, as far as the server can do them at all (2025-11-25, tasks). */
export function taskSupportOf({ upstream, definition }: Pick<ToolOffer, "upstream" | "definition">) {
  const { execution } = definition;
  const said = isJsonObject(execution) ? execution.taskSupport : undefined;
  if ((said !== "optional" && said !== "required") || !runsTasks(upstream)) return undefined;
  return said;
}

/**
 * True for a call that its server shall run as a task: one that must be, whoever calls, and one that may be for a client
 * that wants it. Otherwise the task, if there is one, is ours alone.
 */
export function wantsTask(offer: ToolOffer, context: RequestContext): boolean {
  const support = taskSupportOf(offer);
  return support === "required" || (support === "optional" && context.task?.wantsUpstreamTask === true);
}

function runsTasks({ state }: Upstream): boolean {
  if (state.kind !== "ready" || state.profile.era !== "legacy") return false;
  return at(at(at(at(state.profile.capabilities, "tasks"), "requests"), "tools"), "call") !== undefined;
}

function at(value: Json | undefined, key: string): Json | undefined {
  return isJsonObject(value) ? value[key] : undefined;
}
