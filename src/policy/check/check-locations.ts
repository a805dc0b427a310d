import { compileCondition, parseCondition } from "../condition.ts";
import { findComparisons, type TextComparison } from "../location-comparisons.ts";
import { rootProblem } from "../within.ts";
import type { CheckedRule, PolicyFinding } from "./checked-rule.ts";

/** Comparisons of letters with what is likely a path or URL, each with the condition that judges where it leads. */
export function checkLocations({ config, condition, found }: CheckedRule): PolicyFinding[] {
  if (!condition) return [];
  const weak = findComparisons(parseCondition(condition.source), condition.source).filter(
    ({ method }) => !isSafe(method, config.action),
  );
  if (weak.length === 0) return [];
  const texts = [...new Set(weak.map(({ at: [start, end] }) => condition.source.slice(start, end)))];
  const advised = weak.map((one) => ({ one, call: adviceFor(one) }));
  const missing = advised.find(({ call }) => call === undefined);
  const better = missing ? undefined : rewrite(condition.source, advised);
  const advice =
    better !== undefined
      ? `write: ${better}`
      : `use ${texts.length === 1 ? exampleFor(weak[0]!) : "path.within, path.hasPart, path.hasName or url.within"}`;
  const many = texts.length > 1 ? "compare" : "compares";
  return [
    found(
      "warning",
      `${texts.join(" and ")} ${many} letters, and there are many ways to write one path or URL; ${advice}`,
      "when",
    ),
  ];
}

// Equality says what is meant where the one text is let through, inequality where the one text is spared.
function isSafe(method: string, action: string): boolean {
  if (method === "==" || method === "in") return action === "allow";
  return method === "!=" && action !== "allow";
}

function rewrite(
  source: string,
  advised: readonly { readonly one: TextComparison; readonly call: string | undefined }[],
): string | undefined {
  let better = source;
  for (const { one, call } of advised.toSorted((a, b) => b.one.at[0] - a.one.at[0]))
    better = better.slice(0, one.at[0]) + call + better.slice(one.at[1]);
  try {
    return compileCondition(better).source;
  } catch {
    return undefined;
  }
}

/** The call that says what the comparison is likely meant to say. */
function adviceFor({ kind, method, subject, literals }: TextComparison): string | undefined {
  const negation = method === "!=" ? "!" : "";
  if (method === "contains" || method === "endsWith" || method === "matches") {
    const names =
      kind === "path" && method !== "matches" ? literals.map((text) => globFor(method, text)) : [];
    if (names.length === 0 || names.includes(undefined)) return undefined;
    const part = method === "contains" ? "hasPart" : "hasName";
    return `path.${part}(${subject}, ${write(names as string[])})`;
  }
  const roots = literals.map((text) => text.replace(/(?<=[^\\/:])[\\/]+$/, ""));
  if (roots.some((root) => rootProblem(kind, root) !== undefined)) return undefined;
  return `${negation}${kind}.within(${subject}, ${write(roots)})`;
}

/** The glob over names that stands for a piece of a path. */
function globFor(method: "contains" | "endsWith", text: string): string | undefined {
  const name = text.replace(/^[\\/]|[\\/]$/g, "");
  if (name === "" || name.includes("..") || /[\\/*?]/.test(name)) return undefined;
  const before = /^[\\/]/.test(text) ? "" : "*";
  const after = method === "endsWith" || /[\\/]$/.test(text) ? "" : "*";
  return before + name + after;
}

function exampleFor({ kind, subject }: TextComparison): string {
  if (kind === "url") return `url.within(${subject}, 'https://host/path')`;
  return `path.within(${subject}, '/the/folder'), or path.hasPart(${subject}, 'name*') for names in it`;
}

function write(texts: readonly string[]): string {
  const quoted = texts.map((text) => `'${text.replace(/[\\']/g, "\\$&")}'`);
  return quoted.length === 1 ? quoted[0]! : `[${quoted.join(", ")}]`;
}
