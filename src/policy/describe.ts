import type { RuleConfig } from "#config";
import type { ConditionError } from "./condition.ts";

/** What is wrong with a rule's condition, with a caret under the place. */
export function describeConditionError(rule: RuleConfig, error: ConditionError, where?: string): string {
  const head = `${where === undefined ? "" : `${where} `}rule "${rule.name}": when ${error.message}`;
  return `${head}\n${caretUnder(rule.when ?? "", error.at)}`;
}

const WIDTH = 100;

/** One line of `source`, and under it a caret at the offset. */
export function caretUnder(source: string, at: number): string {
  const lineStart = source.lastIndexOf("\n", at - 1) + 1;
  const lineEnd = source.indexOf("\n", at);
  const line = source.slice(lineStart, lineEnd < 0 ? source.length : lineEnd);
  const column = Math.min(at, source.length) - lineStart;
  // A long line is shown around the caret.
  const from = Math.max(0, column - WIDTH / 2);
  const shown = line.slice(from, from + WIDTH).replaceAll(/\p{Cc}/gu, " ");
  return `    ${shown}\n    ${" ".repeat(column - from)}^`;
}
