import type { Action, Decision, Risk, ToolAnnotations, ToolCall } from "#model";
import { isKnownMethod } from "#protocol";
import { BUILTIN_SERVER } from "./rules.ts";

const BUILTIN_READS = ["get_issue", "search", "estimate_compliance", "improve_compliance"];
const BUILTIN_WRITES = ["create_issue", "update_issue"];

/** preloop's own six tools. */
export const BUILTIN_TOOLS: readonly string[] = [...BUILTIN_READS, ...BUILTIN_WRITES];

/**
 * What holds for a call that no rule names. The word for preloop's own tools stands before an `allow` by default, and
 * so does a trusted server's word that a tool only reads before an `ask`; a `deny` by default stands before both.
 */
export function withoutRule(
  call: ToolCall,
  fallback: Action,
): { readonly action: Action; readonly rule: string } {
  if (fallback === "deny") return { action: "deny", rule: "default" };
  // Such requests reach policy only for what a server lists or gave, and would fill every inbox.
  if (call.method !== undefined)
    return isKnownMethod(call.method)
      ? { action: "allow", rule: "builtin:listed" }
      : { action: fallback, rule: "default" };
  if (call.server === BUILTIN_SERVER && BUILTIN_READS.includes(call.tool))
    return { action: "allow", rule: "builtin:reads" };
  if (call.server === BUILTIN_SERVER && BUILTIN_WRITES.includes(call.tool))
    return { action: "ask", rule: "builtin:writes" };
  if (onlyReads(call)) return { action: "allow", rule: "annotations:read-only" };
  return { action: fallback, rule: "default" };
}

/** The grade of harm that the tool's annotations speak of. A server's alarm is believed, its all-clear only if trusted. */
export function riskOf(call: ToolCall): Risk {
  if (call.method !== undefined) return isKnownMethod(call.method) ? "low" : "medium";
  if (call.annotations.destructiveHint === true) return "high";
  return onlyReads(call) ? "low" : "medium";
}

/** The annotations that a condition may rely on: without trust, only those that warn. */
export function reliableAnnotations({ annotations, trusted }: ToolCall): ToolAnnotations {
  if (trusted) return annotations;
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint, ...rest } = annotations;
  return {
    ...rest,
    ...(readOnlyHint === false ? { readOnlyHint } : {}),
    ...(destructiveHint === true ? { destructiveHint } : {}),
    ...(idempotentHint === false ? { idempotentHint } : {}),
    ...(openWorldHint === true ? { openWorldHint } : {}),
  };
}

/** The higher of two grades. */
export function higherRisk(left: Risk, right: Risk): Risk {
  const grades: readonly Risk[] = ["low", "medium", "high"];
  return grades.indexOf(left) >= grades.indexOf(right) ? left : right;
}

/** The stricter of two demands for the agent's reason. */
export function stricterJustification(
  left: Decision["justification"],
  right: Decision["justification"],
): Decision["justification"] {
  return left === "required" || right === "required" ? "required" : (left ?? right);
}

function onlyReads({ annotations, trusted }: ToolCall): boolean {
  return trusted && annotations.readOnlyHint === true && annotations.destructiveHint !== true;
}
