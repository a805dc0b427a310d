import { isJsonObject, type Json, type JsonObject, LONGEST_LOCATION, spellingsOf } from "#base";
import { isStorable } from "./pin-name.ts";
import { holdsIn, notesIn } from "./signs.ts";
import type { Pinnable } from "./types.ts";

/** Oddities of one thing that a server tells of, in our own words. */
export interface Flags {
  /** Reasons to hold it, at the first use as well. */
  readonly holds: readonly string[];
  /** Worth a look, and no more. */
  readonly notes: readonly string[];
}

/** Reads everything a definition says to a model, and tells what should not be in there. Works without any store. */
export function flagsOf(item: Pinnable): Flags {
  const known = flags.get(item.definition);
  if (known) return known;
  const found = findFlags(item);
  flags.set(item.definition, found);
  return found;
}

// A listing is looked at far more often than it changes.
const flags = new WeakMap<JsonObject, Flags>();

function findFlags(item: Pinnable): Flags {
  const holds = new Set<string>(nameFlags(item));
  const notes = new Set<string>();
  const { texts, isWhole } = textsOf(item.definition);
  if (!isWhole) holds.add("more text than can be looked at");
  const spelled = isAddressed(item) ? spellOut(item.original) : undefined;
  if (spelled?.isTangled) holds.add(TANGLED);
  for (const text of new Set([...texts, ...(spelled?.texts ?? [])])) {
    for (const words of holdsIn(text)) holds.add(words);
    for (const words of notesIn(text)) notes.add(words);
  }
  return { holds: [...holds], notes: [...notes] };
}

/** True when the address itself says what holds it: it cannot be shown as it is. */
export function hidesInAddress({ original }: Pinnable): boolean {
  if (!isStorable(original)) return true;
  const { texts, isTangled } = spellOut(original);
  return isTangled || texts.some((text) => holdsIn(text).length > 0);
}

function isAddressed({ kind }: Pinnable): boolean {
  return kind === "resource" || kind === "template";
}

const TANGLED = "an address that is encoded over and over";

/** An address in every spelling: a model reads %20 as the blank that it is, and %2520 too. */
function spellOut(address: string): { readonly texts: readonly string[]; readonly isTangled: boolean } {
  const texts = new Set([address]);
  let isTangled = false;
  // No more is spelled out at once; parts overlap, so that what lies on a cut is whole in the next one.
  for (let at = 0; at === 0 || at + LONGEST_LOCATION / 2 < address.length; at += LONGEST_LOCATION / 2) {
    const { all, plain } = spellingsOf(address.slice(at, at + LONGEST_LOCATION));
    for (const text of all) texts.add(text);
    isTangled ||= /%[0-7][0-9a-f]/i.test(plain);
  }
  return { texts: [...texts], isTangled };
}

const BEYOND_LATIN = ["Cyrillic", "Greek", "Armenian", "Cherokee"].map(
  (script) => new RegExp(`\\p{Script=${script}}`, "u"),
);

function nameFlags(item: Pinnable): string[] {
  if (item.kind === "instructions") return [];
  const name = item.original;
  if (!isStorable(name)) return ["a name that cannot be written down"];
  // Files are called in any script, and in several.
  if (isAddressed(item)) return [];
  // Han, Kana and Hangul mix with Latin in honest names; these scripts have letters that pass for Latin ones.
  const isMixed = /\p{Script=Latin}/u.test(name) && BEYOND_LATIN.some((script) => script.test(name));
  const isFolded = /[^\p{ASCII}]/u.test(name) && !/[^\p{ASCII}]/u.test(name.normalize("NFKC"));
  return isMixed || isFolded ? ["letters in its name that pass for others"] : [];
}

// Characters and values: what is longer than a book nobody reviews.
const MAX_TEXT = 200_000;

/** Every text of a definition, names of properties included: a model reads them all. */
export function textsOf(value: Json): { readonly texts: readonly string[]; readonly isWhole: boolean } {
  const texts: string[] = [];
  const pending: Json[] = [value];
  let left = MAX_TEXT;
  while (pending.length > 0 && left > 0) {
    const next = pending.pop()!;
    left--;
    if (typeof next === "string") {
      texts.push(next.slice(0, left));
      left -= next.length;
    } else if (Array.isArray(next)) for (const item of next) pending.push(item);
    else if (isJsonObject(next)) for (const [name, inner] of Object.entries(next)) pending.push(name, inner);
  }
  return { texts, isWhole: left > 0 || pending.length === 0 };
}
