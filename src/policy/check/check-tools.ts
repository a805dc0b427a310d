import { compileGlob } from "../glob.ts";
import { borrowedName, namesOf } from "../rules.ts";
import type { ToolTarget } from "../types.ts";
import type { CheckedRule, PolicyFinding } from "./checked-rule.ts";

/** Globs of a rule that match none of the tools there are. */
export function checkTools(rule: CheckedRule, tools: readonly ToolTarget[]): PolicyFinding[] {
  // An allow does not reach a tool by a borrowed name.
  const borrowed = rule.config.action === "allow" ? [] : tools.flatMap((tool) => borrowedName(tool) ?? []);
  const names = [...tools.flatMap(namesOf), ...borrowed];
  return rule.globs.flatMap((source) => {
    const glob = compileGlob(source);
    if (names.some((name) => glob.matches(name))) return [];
    if (/[*?]/.test(source))
      return [
        rule.found(
          "warning",
          `the glob "${source}" matches none of the ${tools.length} tools there are`,
          "tool",
        ),
      ];
    return [rule.found("error", `there is no tool "${source}"${didYouMean(source, names)}`, "tool")];
  });
}

function didYouMean(word: string, names: readonly string[]): string {
  const near = names
    .map((name) => ({ name, shared: sharedPairs(word, name) }))
    .sort((a, b) => b.shared - a.shared)[0];
  return near && near.shared >= 0.6 ? `; did you mean "${near.name}"?` : "";
}

// Dice's coefficient over pairs of characters: tool names are long, and their parts change places.
function sharedPairs(a: string, b: string): number {
  const [left, right] = [pairsOf(a), pairsOf(b)];
  const shared = left.filter((pair) => {
    const at = right.indexOf(pair);
    if (at >= 0) right.splice(at, 1);
    return at >= 0;
  });
  return (2 * shared.length) / Math.max(1, a.length - 1 + b.length - 1);
}

function pairsOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2));
}
