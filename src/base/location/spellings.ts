import { LONGEST_LOCATION } from "./location.ts";

/** A text in every spelling that some program takes for the same: percent escapes and compatibility forms, layer by layer. */
export interface Spellings {
  /** As it is written first, as it is spelled out in full last. */
  readonly all: readonly [string, ...string[]];
  readonly plain: string;
  /** Why no program should be trusted to read it as another does; speaks of the text as "it". */
  readonly flaw?: string;
}

const LAYERS = 6;
const MOST = 24;

// Letters of one byte that stand for themselves: nearly every path there is.
const PLAIN = /^[ -$&-~]*$/;
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

/** Spells a text out: decodes and folds it until nothing changes, in any order. */
export function spellingsOf(text: string): Spellings {
  if (text.length > LONGEST_LOCATION) return { all: [text], plain: text, flaw: "it is too long" };
  if (PLAIN.test(text)) return { all: [text], plain: text };
  const plain = spellOut(text);
  const all = new Set([text]);
  // A program may decode once and another fold first, and each must be led to the same place.
  for (const spelling of all) {
    if (all.size > MOST) break;
    all.add(decode(spelling)).add(fold(spelling));
  }
  all.delete(plain);
  const ordered = [...all].filter((spelling) => spelling !== text);
  const spelled = text === plain ? [text] : [text, ...ordered, plain];
  const isTangled = all.size > MOST || decode(plain) !== plain;
  const flaw = isTangled ? "it is encoded over and over" : flawOf(spelled);
  return { all: spelled as [string, ...string[]], plain, ...(flaw ? { flaw } : {}) };
}

function flawOf(spellings: readonly string[]): string | undefined {
  if (spellings.some((spelling) => UNSEEN.test(spelling))) return "it holds a control or invisible character";
  if (spellings.some((spelling) => /%u[0-9a-f]{4}/i.test(spelling))) return "it holds a %u escape";
  // What is still escaped in the end is no UTF-8: an overlong `%c0%ae` is a dot to a careless decoder.
  if (/%[0-9a-f]{2}/i.test(spellings.at(-1)!)) return "it holds escapes that are no UTF-8";
  return undefined;
}

function spellOut(text: string): string {
  let plain = text;
  for (let layer = 0; layer < LAYERS; layer++) {
    const next = fold(decode(plain));
    if (next === plain) break;
    plain = next;
  }
  return plain;
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decode(text: string): string {
  if (!text.includes("%")) return text;
  return text
    .replace(/%[0-7][0-9a-f]/gi, (sign) => String.fromCharCode(Number.parseInt(sign.slice(1), 16)))
    .replace(/(?:%[89a-f][0-9a-f])+/gi, (run) => {
      try {
        return strict.decode(Buffer.from(run.replaceAll("%", ""), "hex"));
      } catch {
        return run;
      }
    });
}

// NFKC knows the fullwidth forms and the dots in a row; the rest are slashes by looks that some code page turns into one,
// and the currency signs that stand where Japanese and Korean ones have the backslash.
const SLASHES = /[\u2044\u2215\u29f8\u2571\u27cb]/g;
const BACKSLASHES = /[\u2216\u29f5\u29f9\u00a5\u20a9]/g;

function fold(text: string): string {
  return text.replace(BACKSLASHES, "\\").normalize("NFKC").replace(SLASHES, "/");
}
