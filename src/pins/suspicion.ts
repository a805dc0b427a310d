import { isJsonObject, type Json, type JsonObject } from "#base";
import { isStorable } from "./pin-name.ts";
import type { Seen } from "./types.ts";

/** What is odd about one thing that a server tells of, in our own words. */
export interface Flags {
  /** Reasons to hold it, at the first use as well. */
  readonly holds: readonly string[];
  /** Worth a look, and no more. */
  readonly notes: readonly string[];
}

/** Reads everything a definition says to a model, and tells what should not be in there. Works without any store. */
export function flagsOf(seen: Seen): Flags {
  const known = flags.get(seen.definition);
  if (known) return known;
  const found = findFlags(seen);
  flags.set(seen.definition, found);
  return found;
}

// A listing is looked at far more often than it changes.
const flags = new WeakMap<JsonObject, Flags>();

function findFlags(seen: Seen): Flags {
  const holds = new Set<string>(nameFlags(seen));
  const notes = new Set<string>();
  const { texts, isWhole } = textsOf(seen.definition);
  if (!isWhole) holds.add("more text than can be looked at");
  for (const text of isAddressed(seen) ? [...texts, decoded(seen.original)] : texts) {
    for (const [sign, words] of HOLDS) if (sign.test(text)) holds.add(words);
    for (const [sign, words] of NOTES) if (sign.test(text)) notes.add(words);
  }
  return { holds: [...holds], notes: [...notes] };
}

/** True when the address itself says what holds it: it cannot be shown as it is. */
export function hidesInAddress({ original }: Seen): boolean {
  return (
    !isStorable(original) ||
    [original, decoded(original)].some((text) => HOLDS.some(([sign]) => sign.test(text)))
  );
}

function isAddressed({ kind }: Seen): boolean {
  return kind === "resource" || kind === "template";
}

// A model reads %20 as the blank that it is.
function decoded(address: string): string {
  return address.replace(/(?:%[0-9a-f]{2})+/giu, (codes) => {
    try {
      return decodeURIComponent(codes);
    } catch {
      return codes;
    }
  });
}

const BEYOND_LATIN = ["Cyrillic", "Greek", "Armenian", "Cherokee"].map(
  (script) => new RegExp(`\\p{Script=${script}}`, "u"),
);

function nameFlags(seen: Seen): string[] {
  if (seen.kind === "instructions") return [];
  const name = seen.original;
  if (!isStorable(name)) return ["a name that cannot be written down"];
  // Files are called in any script, and in several.
  if (isAddressed(seen)) return [];
  // Han, Kana and Hangul mix with Latin in honest names; these scripts have letters that pass for Latin ones.
  const isMixed = /\p{Script=Latin}/u.test(name) && BEYOND_LATIN.some((script) => script.test(name));
  const isFolded = /[^\p{ASCII}]/u.test(name) && !/[^\p{ASCII}]/u.test(name.normalize("NFKC"));
  return isMixed || isFolded ? ["letters in its name that pass for others"] : [];
}

const sign = (source: string, words: string, flags = "u") => [new RegExp(source, flags), words] as const;

// Written as strings: linters take an invisible character in a pattern for a slip, and here it is the point.
const HOLDS = [
  sign(String.raw`[\u202a-\u202e\u2066-\u2069]`, "text that changes its reading direction"),
  sign(String.raw`[\u{e0000}-\u{e007f}\u{e0100}-\u{e01ef}]`, "invisible text"),
  sign(
    String.raw`[\u200b\u2060-\u2064\ufeff\u00ad\u180e]|\p{ASCII}[\u200c\u200d]|[\u200c\u200d]\p{ASCII}`,
    "invisible characters",
  ),
  sign(String.raw`[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f]`, "control characters"),
  sign(
    String.raw`[ \t\u00a0\u3000]{80}|(?:\r?\n[ \t]*){20}`,
    "a long blank run that pushes text out of sight",
  ),
  sign(
    String.raw`[<\[]\s*\/?\s*(?:important|system|secret|hidden|admin|instructions?|override|assistant)(?:[\s_-]+(?:prompt|message|note|instructions?))?\s*[>\]]`,
    "a tag that speaks to the model, like <IMPORTANT>",
    "iu",
  ),
  sign(
    String.raw`<\|(?:im_start|im_end|system|endoftext)\|>|<<\s*SYS\s*>>|\[INST\]`,
    "a model's own control words",
    "iu",
  ),
  sign(String.raw`<!--(?:(?!-->)[\s\S]){20}`, "a hidden comment"),
  sign(
    String.raw`\b(?:do\s+not|don['’]?t|never|must\s+not|should\s+not|without)\s+(?:ever\s+)?(?:tell(?:ing)?|inform(?:ing)?|notify(?:ing)?|mention(?:ing)?|reveal(?:ing)?|show(?:ing)?|ask(?:ing)?|alert(?:ing)?|warn(?:ing)?|disclos(?:e|ing))\b[^.\n]{0,60}\buser\b`,
    "an instruction to keep something from the user",
    "iu",
  ),
  sign(
    String.raw`\b(?:hide|conceal|keep)\b[^.\n]{0,40}\bfrom\s+(?:the\s+)?user\b`,
    "an instruction to keep something from the user",
    "iu",
  ),
  sign(
    String.raw`\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+)*(?:previous|prior|above|earlier|other|system)\s+(?:instructions?|rules|prompts?|messages?|tools?)\b`,
    "an instruction to forget other instructions",
    "iu",
  ),
] as const;

const NOTES = [
  sign(
    String.raw`(?:~|\$HOME|%USERPROFILE%)?[\\/]?\.(?:ssh|aws|gnupg|kube)\b[\\/]|\bid_(?:rsa|ed25519)\b|\.cursor[\\/]mcp\.json`,
    "names files that hold secrets",
    "iu",
  ),
  sign(
    String.raw`\b(?:before|after|instead\s+of)\s+(?:using|calling|invoking|running)\s+(?:any|every|all|other)\b`,
    "speaks about the use of other tools",
    "iu",
  ),
] as const;

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
