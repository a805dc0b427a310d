import { HIDDEN } from "./filters.ts";
import type { Policy } from "./types.ts";

/** The policy with more tools hidden than it hides itself, as they are at each moment. */
export function hideTools(policy: Policy, isHidden: (server: string, tool: string) => boolean): Policy {
  return {
    ...policy,
    evaluate: (call, now) => (isHidden(call.server, call.tool) ? HIDDEN : policy.evaluate(call, now)),
    isVisible: (server, tool) => policy.isVisible(server, tool) && !isHidden(server, tool),
  };
}
