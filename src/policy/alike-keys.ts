import { type AlikeKeys, findAlikeKeys } from "#base";
import type { Decision, ToolCall } from "#model";

/**
 * A call in whose arguments two keys of one object could be read as one passes by no rule and no grant: what a rule or
 * a person reads under the one, the server may take from the other. A person is asked, and told which. Keys of the
 * arguments themselves are refused before that, unless the tool's schema declares them.
 */
export function askAboutAlikeKeys(call: ToolCall, decision: Decision): Decision {
  if (decision.action === "deny") return decision;
  const found =
    findAlikeKeys(call.args).find(({ path }) => path.length > 0) ??
    (call.meta && findAlikeKeys(call.meta)[0]);
  if (!found) return decision;
  const warning = warningOf(found);
  if (decision.action === "ask")
    return {
      ...decision,
      risk: "high",
      reason: decision.reason === undefined ? warning : `${warning} ${decision.reason}`,
      needsPerson: true,
    };
  const { faults, observed } = decision;
  return {
    action: "ask",
    rule: "arguments:alike-keys",
    risk: "high",
    reason: warning,
    needsPerson: true,
    faults,
    ...(observed && { observed }),
  };
}

function warningOf({ path, keys }: AlikeKeys): string {
  const [left, right] = keys.map((key) => JSON.stringify(key));
  const where = path.length === 0 ? "_meta" : path.join(".");
  return `In ${where} the keys ${left} and ${right} may be one to the server, which then takes either value.`;
}
