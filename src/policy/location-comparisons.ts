import type { CelNode } from "./meter.ts";

/** A comparison of letters in a condition, of what is likely a path or URL. */
export interface TextComparison {
  readonly kind: "path" | "url";
  readonly method: "startsWith" | "contains" | "endsWith" | "matches" | "==" | "!=" | "in";
  /** What is compared, as the condition writes it. */
  readonly subject: string;
  readonly literals: readonly string[];
  /** Where it stands in the condition. */
  readonly at: readonly [start: number, end: number];
}

const METHODS = new Set(["startsWith", "contains", "endsWith", "matches"]);
const LOOPS = new Set(["all", "exists", "exists_one", "existsOne", "map", "filter"]);

/** Words in the names of arguments that are places, whatever they are compared with. */
const PATHS = new Set(["path", "file", "filename", "filepath", "dir", "directory", "folder", "pathname"]);
const URLS = new Set(["url", "uri", "href"]);
/** Texts that may begin like a path, and are none. */
const OTHERS = new Set([
  "command",
  "cmd",
  "query",
  "sql",
  "body",
  "text",
  "content",
  "message",
  "pattern",
  "regex",
]);

const URL_LIKE = /^[a-z][a-z0-9+.-]+:\/\//i;
const PATH_LIKE = /^(?:\/|~\/|\.{1,2}\/|[a-z]:[\\/]|\\\\)|^\.\.$/i;

/** The comparisons in a condition, in order. */
export function findComparisons(ast: CelNode, source: string): readonly TextComparison[] {
  const found: TextComparison[] = [];
  visit(ast, new Map());
  return found;

  // A loop's variable is called what the list is called.
  function visit(node: unknown, names: ReadonlyMap<string, string>): void {
    if (Array.isArray(node)) {
      for (const part of node) visit(part, names);
      return;
    }
    if (!isNode(node)) return;
    const comparison = comparisonOf(node, names, source);
    if (comparison) found.push(comparison);
    visit(node.args, loopNames(node, names));
  }
}

function loopNames({ op, args }: CelNode, names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  if (op !== "rcall") return names;
  const [method, list, [variable]] = args as [string, CelNode, readonly CelNode[]];
  if (!LOOPS.has(method) || variable?.op !== "id") return names;
  return new Map(names).set(variable.args as string, nameOf(list, names));
}

interface Located extends CelNode {
  readonly start: number;
  readonly end: number;
}

function comparisonOf(
  node: Located,
  names: ReadonlyMap<string, string>,
  source: string,
): TextComparison | undefined {
  const sides = sidesOf(node);
  if (!sides) return undefined;
  const { method, subject, other } = sides;
  const literals = textsOf(other);
  const kind = literals.length > 0 ? kindOf(nameOf(subject, names), literals) : undefined;
  if (kind === undefined) return undefined;
  return {
    kind,
    method: method as TextComparison["method"],
    subject: source.slice(subject.start, subject.end),
    literals,
    at: [node.start, node.end],
  };
}

function sidesOf({ op, args }: Located): { method: string; subject: Located; other: Located } | undefined {
  if (op === "rcall") {
    const [method, subject, [other]] = args as [string, Located, readonly Located[]];
    return METHODS.has(method) && other ? { method, subject, other } : undefined;
  }
  if (op !== "==" && op !== "!=" && op !== "in") return undefined;
  const [left, right] = args as [Located, Located];
  if (op !== "in" && left.op === "value") return { method: op, subject: right, other: left };
  return { method: op, subject: left, other: right };
}

function textsOf({ op, args }: CelNode): readonly string[] {
  if (op === "value") return typeof args === "string" && args !== "" ? [args] : [];
  const items = op === "list" ? (args as readonly CelNode[]).map(textsOf) : [];
  return items.some((texts) => texts.length !== 1) ? [] : items.flat();
}

/** What an expression is called: the last member's name, or where there is none nothing. */
function nameOf({ op, args }: CelNode, names: ReadonlyMap<string, string>): string {
  if (op === "id") return names.get(args as string) ?? (args as string);
  if (op === "." || op === ".?" || op === "[]" || op === "[?]") {
    const [of, member] = args as [CelNode, string | CelNode];
    // The session's folder is preloop's own word, and has one spelling.
    if (of.op === "id" && of.args === "session") return "";
    if (typeof member === "string") return member;
    return member.op === "value" && typeof member.args === "string" ? member.args : nameOf(of, names);
  }
  if (op === "rcall") return nameOf((args as [string, CelNode])[1], names);
  return "";
}

function kindOf(name: string, literals: readonly string[]): TextComparison["kind"] | undefined {
  const words = name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[\s_-]+/)
    .flatMap((word) => [word, word.replace(/s$/, "")]);
  const is = (set: ReadonlySet<string>) => words.some((word) => set.has(word));
  if (name === "" || is(OTHERS)) return undefined;
  if (literals.some((text) => URL_LIKE.test(text)) || is(URLS)) return "url";
  if (is(PATHS)) return "path";
  return literals.some((text) => PATH_LIKE.test(text)) ? "path" : undefined;
}

function isNode(node: unknown): node is Located {
  return typeof node === "object" && node !== null && typeof (node as CelNode).op === "string";
}
