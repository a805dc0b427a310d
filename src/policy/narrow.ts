import { HIDDEN } from "./filters.ts";
import type { Policy } from "./types.ts";

/**
 * The policy with more tools hidden than it hides itself, as they are at each moment. What is no tool is hidden with its
 * server, for which `isHidden` is asked with an empty name.
 */
export function hideTools(policy: Policy, isHidden: (server: string, tool: string) => boolean): Policy {
  const hides = (server: string, tool: string, method: string | undefined) =>
    isHidden(server, method === undefined ? tool : "");
  return {
    ...policy,
    evaluate: (call, now) =>
      hides(call.server, call.tool, call.method) ? HIDDEN : policy.evaluate(call, now),
    isVisible: (server, tool, method) =>
      policy.isVisible(server, tool, method) && !hides(server, tool, method),
  };
}
