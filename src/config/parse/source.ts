import {
  findNodeAtLocation,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
  stripComments,
} from "jsonc-parser";
import { expand } from "./expand.ts";
import { type ConfigPath, didYouMean, type Position, type Problem } from "./problems.ts";

/** A config text read as a value, with what was wrong with it as a text. */
export interface Source {
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Where it stands, or the nearest there is. */
  positionOf(at: Pick<Problem, "path" | "atKey" | "offset">): Position;
}

/**
 * Reads JSON with comments and trailing commas, and `${NAME}` in its texts. A key that stands twice is a problem: two
 * readers would disagree about which one counts.
 */
export function readSource(raw: string, env: Readonly<Record<string, string | undefined>>): Source {
  const text = raw.replace(/^\uFEFF/, "");
  const errors: ParseError[] = [];
  const tree = parse(text, errors);
  const problems: Problem[] = [];
  const value = tree && errors.length === 0 ? toValue(tree, [], { env, problems }) : undefined;
  if (stripComments(text).trim() === "")
    problems.push({ path: [], message: "is empty; write {} for a config that says nothing" });
  else if (errors.length > 0) return brokenSource(text, errors);
  return { value, problems, positionOf: (at) => positionAt(text, at.offset ?? offsetOf(tree, at)) };
}

/** The value of a text that {@link readSource} found nothing wrong with, its `${NAME}` left as they are. */
export function readRaw(raw: string): unknown {
  const tree = parse(raw.replace(/^\uFEFF/, ""), []);
  return tree && toValue(tree, [], { problems: [] });
}

// The parser recurses; a text nested without end must be a broken file, not the end of the process.
function parse(text: string, errors: ParseError[]): Node | undefined {
  try {
    return parseTree(text, errors, { allowTrailingComma: true });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    errors.push({ error: 1, offset: 0, length: 0 });
    return undefined;
  }
}

// One slip makes a parser stumble several times; the first place is the one to look at.
function brokenSource(text: string, [first]: readonly ParseError[]): Source {
  const message = SYNTAX[printParseErrorCode(first!.error)] ?? "is not JSON";
  const position = positionAt(text, first!.offset);
  return { value: undefined, problems: [{ path: [], message }], positionOf: () => position };
}

const SYNTAX: Readonly<Record<string, string>> = {
  InvalidSymbol: "this is not JSON; texts stand in double quotes",
  InvalidNumberFormat: "this is no number",
  PropertyNameExpected: "a key in double quotes belongs here",
  ValueExpected: "a value belongs here",
  ColonExpected: "a colon belongs here",
  CommaExpected: "a comma belongs here",
  CloseBraceExpected: "a } is missing",
  CloseBracketExpected: "a ] is missing",
  EndOfFileExpected: "the config ends before this",
  InvalidCommentToken: "a comment is never closed",
  UnexpectedEndOfComment: "a comment is never closed",
  UnexpectedEndOfString: "a text is never closed; texts end on the line they begin on",
  UnexpectedEndOfNumber: "this is no number",
  InvalidUnicode: "a \\u needs four hex digits",
  InvalidEscapeCharacter: "this escape means nothing in JSON; write a backslash as \\\\",
  InvalidCharacter: "a control character must be written as an escape",
};

interface Reading {
  /** Without it, texts stay as they are written. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly problems: Problem[];
}

function toValue(node: Node, path: ConfigPath, reading: Reading): unknown {
  if (node.type === "array")
    return (node.children ?? []).map((item, index) => toValue(item, [...path, index], reading));
  if (node.type === "object") return toObject(node, path, reading);
  if (node.type !== "string" || !reading.env) return node.value as unknown;
  const { text, missing } = expand(node.value as string, reading.env);
  for (const name of missing) {
    const near = didYouMean(name, Object.keys(reading.env));
    reading.problems.push({
      path,
      message: `needs the environment variable ${name}, which is not set${near}`,
    });
  }
  return text;
}

function toObject(node: Node, path: ConfigPath, reading: Reading): Record<string, unknown> {
  const members = new Map<string, unknown>();
  for (const { children } of node.children ?? []) {
    const [key, value] = children ?? [];
    if (!key || !value) continue;
    const name = key.value as string;
    const at = [...path, name];
    const fault = members.has(name)
      ? "is given twice"
      : name === "__proto__"
        ? "is not a known key"
        : undefined;
    if (fault) reading.problems.push({ path: at, message: fault, offset: key.offset });
    members.set(name, toValue(value, at, reading));
  }
  return Object.fromEntries(members); // defines "__proto__" as a key like any other
}

function offsetOf(tree: Node | undefined, { path, atKey }: Pick<Problem, "path" | "atKey">): number {
  for (let length = path.length; tree && length >= 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length) as (string | number)[]);
    if (!node) continue;
    const key = node.parent?.type === "property" ? node.parent.children?.[0] : undefined;
    return atKey && length === path.length && key ? key.offset : node.offset;
  }
  return 0;
}

function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const lineStart = Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1;
  return { line: before.split(/\r\n|\n|\r/).length, column: [...before.slice(lineStart)].length + 1 };
}
