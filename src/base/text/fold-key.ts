import { isJsonObject, type Json } from "../json/json.ts";
import { foldCase } from "./fold-case.ts";

/**
 * One form for all keys that some JSON decoder takes for one: Go's `encoding/json` folds case by Unicode's simple rules
 * (so `ſ` is `s`, and the Kelvin sign `k`), others normalise, and a C string ends at its first NUL.
 */
export function foldKey(key: string): string {
  if (PLAIN.test(key)) return key;
  if (ASCII.test(key)) return key.toLowerCase();
  const end = key.indexOf("\0");
  const text = end < 0 ? key : key.slice(0, end);
  // A half of a pair is U+FFFD to whoever decodes it, as every other half is.
  const folded = foldCase(text.replace(IGNORABLE, "").replace(HALF, "\ufffd").normalize("NFKC"));
  // Twice, since the capital of a sharp s becomes a small one first; a capital I with a dot becomes an i and the dot alone.
  return foldCase(folded).normalize("NFKC").replaceAll("i\u0307", "i");
}

const PLAIN = /^[a-z0-9_$-]*$/;
const ASCII = /^[ -~]*$/;
const HALF = /\p{Surrogate}/gu;
const IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Keys of one object that fold alike. */
export interface AlikeKeys {
  /** The keys and indexes that lead to the object; empty for the value itself. */
  readonly path: readonly (string | number)[];
  readonly keys: readonly [string, string];
}

/** The first keys that fold alike in each object of the value, outermost first; at most `limit` of them. */
export function findAlikeKeys(value: Json, limit = 8): AlikeKeys[] {
  const found: AlikeKeys[] = [];
  // A list, not recursion: arguments may be nested deeper than a stack.
  const open: { readonly value: Json; readonly path: Path }[] = [{ value, path: undefined }];
  for (let at = 0; at < open.length && found.length < limit; at++) {
    const one = open[at]!;
    if (Array.isArray(one.value)) {
      for (const [index, item] of one.value.entries())
        if (isContainer(item)) open.push({ value: item, path: { key: index, parent: one.path } });
    } else if (isJsonObject(one.value)) {
      const keys = Object.keys(one.value);
      const alike = alikeAmong(keys);
      if (alike) found.push({ path: pathOf(one.path), keys: alike });
      for (const key of keys) {
        const item = one.value[key]!;
        if (isContainer(item)) open.push({ value: item, path: { key, parent: one.path } });
      }
    }
  }
  return found;
}

type Path = { readonly key: string | number; readonly parent: Path } | undefined;

function pathOf(path: Path): (string | number)[] {
  const keys: (string | number)[] = [];
  for (let one = path; one; one = one.parent) keys.push(one.key);
  return keys.reverse();
}

function isContainer(value: Json): boolean {
  return Array.isArray(value) || isJsonObject(value);
}

function alikeAmong(keys: readonly string[]): readonly [string, string] | undefined {
  // Keys that fold to themselves and differ cannot be alike, which is what almost all objects hold.
  if (keys.length < 2 || keys.every((key) => PLAIN.test(key))) return undefined;
  const byFold = new Map<string, string>();
  for (const key of keys) {
    const folded = foldKey(key);
    const other = byFold.get(folded);
    if (other !== undefined) return [other, key];
    byFold.set(folded, key);
  }
  return undefined;
}
