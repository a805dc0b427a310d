import {
  type CharacterTest,
  quote,
  type RegexDialect,
  type RegexFlags,
  readClass,
  readEscape,
  testOf,
} from "./character-class.ts";
import { createPatternReader, type PatternReader } from "./pattern-reader.ts";

/** A regular expression as a tree. */
export type Node =
  | { readonly kind: "empty" }
  | { readonly kind: "character"; readonly test: CharacterTest }
  | { readonly kind: "assert"; readonly test: PlaceTest }
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | { readonly kind: "choice"; readonly items: readonly Node[] }
  | { readonly kind: "repeat"; readonly item: Node; readonly min: number; readonly max: number };

/** Says whether a place between two characters is right. */
export type PlaceTest = (before: string | undefined, after: string | undefined) => boolean;

const MAX_REPEAT = 1_000;
/** An expression can come from a server or an agent, and each of its characters costs time to read. */
const MAX_LENGTH = 10_000;
const MAX_NESTING = 200;

/**
 * Parses regular expressions without lookaround and backreferences: nothing that needs more than one pass over the text.
 * @throws Error that says what is wrong
 */
export function parseRegex(source: string, dialect: RegexDialect): Node {
  if (source.length > MAX_LENGTH) throw new Error(`is longer than ${MAX_LENGTH} characters`);
  const state: State = {
    reader: createPatternReader(source),
    flags: { dialect, ignoreCase: false, dotAll: false, multiline: false },
    nesting: 0,
  };
  const tree = choice(state);
  if (!state.reader.isDone()) throw new Error("a ) was never opened");
  return tree;
}

interface State {
  readonly reader: PatternReader;
  flags: RegexFlags;
  nesting: number;
}

function choice(state: State): Node {
  const items = [sequence(state)];
  while (state.reader.take("|")) items.push(sequence(state));
  return items.length === 1 ? items[0]! : { kind: "choice", items };
}

function sequence(state: State): Node {
  const { reader } = state;
  const items: Node[] = [];
  while (!reader.isDone() && !reader.looking("|") && !reader.looking(")")) items.push(repeated(state));
  return { kind: "sequence", items };
}

function repeated(state: State): Node {
  let item = atom(state);
  for (let count = readCount(state.reader); count; count = readCount(state.reader)) {
    state.reader.take("?"); // lazy or greedy, the same texts match
    item = { kind: "repeat", item, ...count };
  }
  return item;
}

function readCount(reader: PatternReader): { min: number; max: number } | undefined {
  if (reader.take("*")) return { min: 0, max: Number.POSITIVE_INFINITY };
  if (reader.take("+")) return { min: 1, max: Number.POSITIVE_INFINITY };
  if (reader.take("?")) return { min: 0, max: 1 };
  const braces = reader.match(/^\{(\d+)(,(\d*))?\}/);
  if (!braces) return undefined;
  const min = Number(braces[1]);
  const open = braces[2] !== undefined && !braces[3];
  const max = open ? Number.POSITIVE_INFINITY : Number(braces[3] ?? braces[1]);
  if (min > MAX_REPEAT || max < min || (max > MAX_REPEAT && !open))
    throw new Error(`cannot repeat ${braces[0]}`);
  return { min, max };
}

function atom(state: State): Node {
  const { reader, flags } = state;
  if (reader.take("(")) return group(state);
  if (reader.take("^")) return flags.multiline ? lineStart : textStart;
  if (reader.take("$")) return flags.multiline ? lineEnd : textEnd;
  if (reader.take(".")) return oneOf(anyCharacter(flags), flags);
  if (reader.looking("[")) return oneOf(readClass(reader, flags), flags);
  const assertion = ASSERTIONS[flags.dialect].find((spelling) => reader.take(spelling));
  if (assertion) return PLACES[assertion];
  if (reader.looking("\\")) return oneOf(`[${readEscape(reader, flags.dialect)}]`, flags);
  const character = reader.next();
  if (/[*+?]/.test(character)) throw new Error(`nothing to repeat before ${character}`);
  if (!flags.ignoreCase) return { kind: "character", test: (other) => other === character };
  return oneOf(`[${quote(character)}]`, flags);
}

function anyCharacter({ dotAll, dialect }: RegexFlags): string {
  if (dotAll) return "[\\s\\S]";
  return dialect === "ecma" ? "[^\\n\\r\\u2028\\u2029]" : "[^\\n]";
}

function group(state: State): Node {
  const { reader, flags: outer } = state;
  if (++state.nesting > MAX_NESTING) throw new Error(`is nested deeper than ${MAX_NESTING} groups`);
  if (reader.take("?")) {
    const head = reader.match(/^(?:P?<[A-Za-z_]\w*>|([ims]*)(?:-([ims]*))?([:)]))/);
    if (!head) throw new Error(`(?${reader.isDone() ? "" : reader.next()} is not supported: no lookaround`);
    state.flags = withFlags(withFlags(outer, head[1], true), head[2], false);
    if (head[3] === ")") {
      state.nesting--;
      return { kind: "empty" }; // the flags hold until the enclosing group ends
    }
  }
  const inside = choice(state);
  if (!reader.take(")")) throw new Error("a ( is never closed");
  state.flags = outer;
  state.nesting--;
  return inside;
}

function withFlags(flags: RegexFlags, letters = "", on: boolean): RegexFlags {
  return {
    dialect: flags.dialect,
    ignoreCase: letters.includes("i") ? on : flags.ignoreCase,
    dotAll: letters.includes("s") ? on : flags.dotAll,
    multiline: letters.includes("m") ? on : flags.multiline,
  };
}

function oneOf(characterClass: string, flags: RegexFlags): Node {
  return { kind: "character", test: testOf(characterClass, flags) };
}

/** The beginning of the text. */
export const textStart: Node & { kind: "assert" } = {
  kind: "assert",
  test: (before) => before === undefined,
};
const textEnd: Node = { kind: "assert", test: (_before, after) => after === undefined };
const lineStart: Node = { kind: "assert", test: (before) => before === undefined || before === "\n" };
const lineEnd: Node = { kind: "assert", test: (_before, after) => after === undefined || after === "\n" };
const isWord = (character: string | undefined) => character !== undefined && /^\w$/.test(character);
const PLACES = {
  "\\A": textStart,
  "\\z": textEnd,
  "\\b": { kind: "assert", test: (before, after) => isWord(before) !== isWord(after) },
  "\\B": { kind: "assert", test: (before, after) => isWord(before) === isWord(after) },
} as const satisfies Readonly<Record<string, Node>>;
const ASSERTIONS: Readonly<Record<RegexDialect, readonly (keyof typeof PLACES)[]>> = {
  re2: ["\\A", "\\z", "\\b", "\\B"],
  ecma: ["\\b", "\\B"],
};
