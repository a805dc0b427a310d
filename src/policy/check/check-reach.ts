import type { RuleConfig } from "#config";
import { TOOL_CALL } from "#protocol";
import { covers } from "../glob.ts";
import type { CheckedRule, PolicyFinding } from "./checked-rule.ts";

/** Findings about a rule whose calls, or some of them, earlier rules take. */
export function checkReach(rule: CheckedRule, earlier: readonly CheckedRule[]): PolicyFinding[] {
  const takers = earlier.filter((other) => takesAll(other, rule));
  const takenBy = rule.globs.map((glob) =>
    takers.find((other) => other.globs.some((wide) => covers(wide, glob))),
  );
  const names = [...new Set(takenBy.map((taker) => taker?.config.name))];
  if (names.includes(undefined)) {
    return takenBy.flatMap((taker, index) =>
      taker
        ? [
            rule.found(
              "warning",
              `the glob "${rule.globs[index]}" is never reached: rule "${taker.config.name}" comes first and takes all its calls`,
              "tool",
            ),
          ]
        : [],
    );
  }
  const list = names.map((name) => `"${name}"`).join(" and ");
  return [
    rule.found(
      "error",
      `it is never reached: ${names.length > 1 ? `rules ${list} come` : `rule ${list} comes`} first and ${names.length > 1 ? "take" : "takes"} all its calls`,
    ),
  ];
}

// Every call that `rule` could match is matched earlier when the earlier rule has no condition, or the same one.
function takesAll(earlier: CheckedRule, rule: CheckedRule): boolean {
  if (!takesMethods(earlier.config, rule.config) || !takesUris(earlier.config, rule.config)) return false;
  if (!earlier.condition || earlier.condition.constant === true) return true;
  return earlier.condition.source === rule.condition?.source;
}

function takesMethods(earlier: RuleConfig, rule: RuleConfig): boolean {
  const [wide, narrow] = [earlier, rule].map(({ method = TOOL_CALL }) => [method].flat()) as [
    string[],
    string[],
  ];
  return narrow.every((glob) => wide.some((other) => covers(other, glob)));
}

// An allow wants two forms of a URI to fit, so it leaves some of those its glob matches.
function takesUris(earlier: RuleConfig, { uri }: RuleConfig): boolean {
  if (earlier.uri === undefined) return true;
  if (uri === undefined || earlier.action === "allow") return false;
  return [uri].flat().every((glob) => [earlier.uri!].flat().some((other) => covers(other, glob)));
}
