import type { RuleConfig } from "#config";
import type { ConditionError } from "./condition-checks.ts";

/** What is wrong with a rule's condition, with a caret under the place. */
export function describeConditionError(rule: RuleConfig, error: ConditionError, where?: string): string {
  const head = `${where === undefined ? "" : `${where} `}rule "${rule.name}": when ${error.message}`;
  return `${head}\n${caretUnder(rule.when ?? "", error.at)}`;
}

// Few enough blanks stand before the caret for them to pass as blanks wherever the message is shown.
const BEFORE = 30;
const WIDTH = 90;

/** One line of `source`, and under it a caret at the offset; a long line is shown around the caret. */
export function caretUnder(source: string, at: number): string {
  const lineStart = source.lastIndexOf("\n", at - 1) + 1;
  const lineEnd = source.indexOf("\n", at);
  const line = source.slice(lineStart, lineEnd < 0 ? source.length : lineEnd);
  const column = Math.min(at, source.length) - lineStart;
  const from = Math.max(0, column - BEFORE);
  const shown = line.slice(from, from + WIDTH).replaceAll(/[\p{C}\p{Z}]/gu, " ");
  return `    ${shown}\n    ${" ".repeat(column - from)}^`;
}
