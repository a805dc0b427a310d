/** A regular expression as a tree. */
export type Node =
  | { readonly kind: "empty" }
  | { readonly kind: "character"; readonly test: (character: string) => boolean }
  | {
      readonly kind: "assert";
      readonly test: (before: string | undefined, after: string | undefined) => boolean;
    }
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | { readonly kind: "choice"; readonly items: readonly Node[] }
  | { readonly kind: "repeat"; readonly item: Node; readonly min: number; readonly max: number };

interface Flags {
  ignoreCase: boolean;
  dotAll: boolean;
  multiline: boolean;
}

const MAX_REPEAT = 1_000;
const SPACE = "\\t\\n\\f\\r ";

/**
 * Parses the regular expressions that CEL knows (RE2's): no lookaround, no backreferences, nothing that needs more
 * than one pass over the text.
 * @throws Error that says what is wrong
 */
export function parseRegex(source: string): Node {
  const characters = [...source];
  let at = 0;
  const flags: Flags = { ignoreCase: false, dotAll: false, multiline: false };
  const looking = (text: string) => characters.slice(at, at + text.length).join("") === text;
  const take = (text: string) => {
    const found = looking(text);
    if (found) at += text.length;
    return found;
  };

  const choice = (): Node => {
    const items = [sequence()];
    while (take("|")) items.push(sequence());
    return items.length === 1 ? items[0]! : { kind: "choice", items };
  };
  const sequence = (): Node => {
    const items: Node[] = [];
    while (at < characters.length && !looking("|") && !looking(")")) items.push(repeated());
    return { kind: "sequence", items };
  };
  const repeated = (): Node => {
    let item = atom();
    for (let count = readCount(); count; count = readCount()) {
      take("?"); // lazy or greedy, the same texts match
      item = { kind: "repeat", item, ...count };
    }
    return item;
  };
  const readCount = (): { min: number; max: number } | undefined => {
    if (take("*")) return { min: 0, max: Number.POSITIVE_INFINITY };
    if (take("+")) return { min: 1, max: Number.POSITIVE_INFINITY };
    if (take("?")) return { min: 0, max: 1 };
    const braces = /^\{(\d+)(,(\d*))?\}/.exec(characters.slice(at, at + 16).join(""));
    if (!braces) return undefined;
    at += braces[0].length;
    const min = Number(braces[1]);
    const max = braces[2] === undefined ? min : braces[3] ? Number(braces[3]) : Number.POSITIVE_INFINITY;
    if (min > MAX_REPEAT || (max !== Number.POSITIVE_INFINITY && (max > MAX_REPEAT || max < min)))
      throw new Error(`cannot repeat ${braces[0]}`);
    return { min, max };
  };
  const atom = (): Node => {
    if (take("(")) return group();
    if (looking("[")) return oneOf(readClass(), flags);
    if (take("^")) return flags.multiline ? lineStart : textStart;
    if (take("$")) return flags.multiline ? lineEnd : textEnd;
    if (take(".")) return oneOf(flags.dotAll ? "[^]" : "[^\\n]", flags);
    if (looking("\\")) return escape();
    if (looking("*") || looking("+") || looking("?"))
      throw new Error(`nothing to repeat before ${characters[at]}`);
    return oneOf(`[${quote(characters[at++]!)}]`, flags);
  };
  const group = (): Node => {
    const outer = { ...flags };
    if (take("?")) {
      const head = /^(?:P?<[A-Za-z_]\w*>|([ims]*)(?:-([ims]*))?([:)]))/.exec(
        characters.slice(at, at + 80).join(""),
      );
      if (!head) throw new Error(`(?${characters[at] ?? ""} is not supported: no lookaround`);
      at += [...head[0]].length;
      setFlags(flags, head[1] ?? "", true);
      setFlags(flags, head[2] ?? "", false);
      if (head[3] === ")") return { kind: "empty" }; // the flags hold until the enclosing group ends
    }
    const inside = choice();
    if (!take(")")) throw new Error("a ( is never closed");
    Object.assign(flags, outer);
    return inside;
  };
  const escape = (): Node => {
    const two = characters.slice(at, at + 2).join("");
    const assertion = ASSERTIONS[two];
    if (!assertion) return oneOf(`[${readEscape()}]`, flags);
    at += 2;
    return assertion;
  };
  const readEscape = (): string => {
    const rest = characters.slice(at, at + 48).join("");
    const found = /^\\(?:[pP](?:\{\^?\w+\}|\w)|x\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{2}|[^])/.exec(rest)?.[0];
    if (!found) throw new Error("ends in the middle of an escape");
    at += [...found].length;
    return asClassEscape(found);
  };
  const readClass = (): string => {
    let text = "[";
    at++;
    if (take("^")) text += "^";
    for (let first = true; first || !looking("]"); first = false) {
      if (at >= characters.length) throw new Error("a [ is never closed");
      if (looking("[:")) throw new Error("[: :] classes are not supported; write the characters");
      text += classPart(first);
    }
    at++;
    return `${text}]`;
  };

  const classPart = (first: boolean): string => {
    if (looking("\\")) return readEscape();
    const character = characters[at++]!;
    // A minus at either end of the class is itself.
    if (character === "-") return first || looking("]") ? "\\-" : "-";
    return quote(character);
  };

  const tree = choice();
  if (at < characters.length) throw new Error("a ) was never opened");
  return tree;
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
const ASSERTIONS: Readonly<Record<string, Node>> = {
  "\\A": textStart,
  "\\z": textEnd,
  "\\b": { kind: "assert", test: (before, after) => isWord(before) !== isWord(after) },
  "\\B": { kind: "assert", test: (before, after) => isWord(before) === isWord(after) },
};

function setFlags(flags: Flags, letters: string, on: boolean): void {
  if (letters.includes("i")) flags.ignoreCase = on;
  if (letters.includes("s")) flags.dotAll = on;
  if (letters.includes("m")) flags.multiline = on;
}

// One character against one class is work that a backtracking engine does in a single step, so it may do it.
function oneOf(characterClass: string, flags: Flags): Node {
  const expression = new RegExp(`^${characterClass}$`, flags.ignoreCase ? "iu" : "u");
  const ascii = Array.from({ length: 128 }, (_, code) => expression.test(String.fromCharCode(code)));
  return {
    kind: "character",
    test: (character) => ascii[character.codePointAt(0)!] ?? expression.test(character),
  };
}

function quote(character: string): string {
  return /[\\\]^[-]/.test(character) ? `\\${character}` : character;
}

function asClassEscape(escape: string): string {
  const letter = escape[1]!;
  if (/[1-9]/.test(letter)) throw new Error(`${escape} is not supported: no backreferences`);
  if (letter === "p" || letter === "P") return `\\${letter}{${escape.slice(2).replaceAll(/[{}]/g, "")}}`;
  if (letter === "x") return `\\u{${escape.slice(2).replaceAll(/[{}]/g, "")}}`;
  if (letter === "s") return SPACE;
  if (letter === "a") return "\\x07";
  if (/[dDwWfnrtv]/.test(letter)) return escape;
  if (letter === "S") return "\\S";
  if (/[A-Za-z0-9]/.test(letter)) throw new Error(`${escape} means nothing here`);
  return quote(letter);
}
