import type { PatternReader } from "./pattern-reader.ts";

/** Dialect of regular expressions: RE2's, which are CEL's, or those of ECMA-262, which JSON Schema takes. */
export type RegexDialect = "re2" | "ecma";

/** Flags of the part of an expression that is being read. */
export interface RegexFlags {
  readonly dialect: RegexDialect;
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
}

/** Says whether one character belongs. */
export type CharacterTest = (character: string) => boolean;

/** A test for a class in JavaScript's own spelling, like `[a-z\d]`. */
export function testOf(characterClass: string, flags: RegexFlags): CharacterTest {
  // One character against one class is work that a backtracking engine does in a single step, so it may do it.
  const expression = singleCharacter(characterClass, flags);
  const ascii = Array.from({ length: 128 }, (_, code) => expression.test(String.fromCharCode(code)));
  return (character) => ascii[character.codePointAt(0)!] ?? expression.test(character);
}

/** Reads `[…]` and gives it in JavaScript's spelling. */
export function readClass(reader: PatternReader, { dialect }: RegexFlags): string {
  // ECMA-262 reads `[]` as nothing and `[^]` as anything; in RE2 a bracket at that place is itself.
  if (dialect === "ecma" && reader.take("[]")) return "[]";
  if (dialect === "ecma" && reader.take("[^]")) return "[^]";
  let text = reader.take("[") && reader.take("^") ? "[^" : "[";
  for (let first = true; first || !reader.take("]"); first = false) {
    if (reader.isDone()) throw new Error("a [ is never closed");
    if (dialect === "re2" && reader.looking("[:"))
      throw new Error("[: :] classes are not supported; write the characters");
    text += readPart(reader, first, dialect);
  }
  return `${text}]`;
}

/** Reads an escape that stands for characters, and gives what stands for it inside `[…]`. */
export function readEscape(reader: PatternReader, dialect: RegexDialect): string {
  const found = reader.match(ESCAPES[dialect])?.[0];
  if (!found) throw new Error("ends in the middle of an escape");
  return dialect === "ecma" ? ecmaInClass(found) : inClass(found);
}

const ESCAPES: Readonly<Record<RegexDialect, RegExp>> = {
  re2: /^\\(?:[pP](?:\{\^?\w+\}|\w)|x\{[0-9a-fA-F]{1,6}\}|x[0-9a-fA-F]{2}|.)/su,
  ecma: /^\\(?:[pP]\{[\w=]+\}|x[0-9a-fA-F]{2}|u\{[0-9a-fA-F]{1,6}\}|u[0-9a-fA-F]{4}|.)/su,
};

/** A character as it stands inside `[…]`. */
export function quote(character: string): string {
  return /[\\\]^[-]/.test(character) ? `\\${character}` : character;
}

function readPart(reader: PatternReader, first: boolean, dialect: RegexDialect): string {
  if (reader.looking("\\")) return readEscape(reader, dialect);
  const character = reader.next();
  // A minus at either end of the class is itself.
  if (character === "-") return first || reader.looking("]") ? "\\-" : "-";
  return quote(character);
}

function singleCharacter(characterClass: string, flags: RegexFlags): RegExp {
  try {
    return new RegExp(`^${characterClass}$`, flags.ignoreCase ? "iu" : "u");
  } catch (cause) {
    throw new Error(`${characterClass} is no class of characters`, { cause });
  }
}

function inClass(escaped: string): string {
  const letter = escaped.slice(1, 2);
  const name = escaped.slice(2).replaceAll(/[{}]/g, "");
  if (/[1-9]/.test(letter)) throw new Error(`${escaped} is not supported: no backreferences`);
  if (letter === "p" || letter === "P") return propertyEscape(letter, name);
  if (letter === "x") return `\\u{${name}}`;
  if (letter === "s") return "\\t\\n\\f\\r "; // RE2 knows these alone as spaces
  if (letter === "a") return "\\x07";
  if (/[dDwWSfnrtv]/.test(letter)) return escaped;
  if (/[A-Za-z0-9]/.test(letter)) throw new Error(`${escaped} means nothing here`);
  return quote(escaped.slice(1));
}

// The class is tried by JavaScript's own engine, so most of its escapes may stay as they are.
function ecmaInClass(escaped: string): string {
  const letter = escaped.slice(1, 2);
  if (/[1-9k]/.test(letter)) throw new Error(`${escaped} is not supported: no backreferences`);
  if (escaped.length > 2 || /[dDwWsSfnrtv]/.test(letter)) return escaped;
  if (letter === "0") return "\\x00";
  if (/[A-Za-z]/.test(letter)) throw new Error(`${escaped} means nothing here`);
  return quote(letter);
}

// RE2 writes a script's name alone, and a caret for everything else.
function propertyEscape(letter: string, name: string): string {
  const bare = name.replace(/^\^/, "");
  const negated = (letter === "P") !== (bare !== name);
  return `\\${negated ? "P" : "p"}{${bare.length > 2 ? `Script=${bare}` : bare}}`;
}
