import {
  type Json,
  type JsonObject,
  locationNotes,
  type Masking,
  makeVisible,
  readJson,
  SourceNumber,
  visibleLines,
  writeJson,
} from "#base";
import { seenValue } from "#views";

/** One top-level argument, ready for the page. */
export interface ShownArgument {
  readonly name: string;
  /** `text`, `number`, `list`…: two values that look alike and are not the same kind must not read alike. */
  readonly kind: string;
  readonly lines: readonly string[];
  /** What is odd about it, in safe words. */
  readonly warnings: readonly string[];
}

/** The arguments of a call as a person sees them: masked, nothing invisible, of bounded length. */
export interface ShownArguments {
  readonly items: readonly ShownArgument[];
  /** Values that were masked. */
  readonly masked: number;
  /** What is odd about them for secrets; see them first. */
  readonly odd: readonly string[];
  /** Set when something was left out; the person then has to say that they approve it unseen. */
  readonly cut?: { readonly bytes: number };
}

const MAX_ITEMS = 200;
const MAX_LINES = 1_200;
const MAX_LINES_EACH = 600;
const MAX_LINE_LENGTH = 4_000;

/** Prepares arguments (JSON source text) for the page; nothing is masked where it says `"revealed"`. */
export function showArguments(source: string, masking: Masking | "revealed" = {}): ShownArguments {
  const original = readJson(source) as JsonObject;
  const isRevealed = masking === "revealed";
  const { value, odd } = seenValue(original, { reveal: isRevealed, masking: isRevealed ? {} : masking });
  const masked = value as JsonObject;
  const kinds = Object.values(original).map(kindOf);
  const items: ShownArgument[] = [];
  let linesLeft = MAX_LINES;
  let isCut = false;
  for (const [name, value] of Object.entries(masked)) {
    if (items.length === MAX_ITEMS || linesLeft <= 0) {
      isCut = true;
      break;
    }
    const text = typeof value === "string" ? value : writeJson(value, 2);
    const limits = { maxLines: Math.min(MAX_LINES_EACH, linesLeft), maxLineLength: MAX_LINE_LENGTH };
    const [title, body] = [
      visibleLines(name, { maxLines: 1, maxLineLength: 200 }),
      visibleLines(text, limits),
    ];
    items.push({
      name: title.lines.join(" "),
      kind: kinds[items.length]!,
      lines: body.lines,
      warnings: [
        ...title.warnings.map((warning) => `in the name: ${warning}`),
        ...body.warnings,
        ...leadsOf(value),
      ],
    });
    linesLeft -= body.lines.length;
    isCut ||= body.cut || title.cut;
  }
  return {
    items,
    masked: countChanged(original, masked),
    odd,
    ...(isCut ? { cut: { bytes: Buffer.byteLength(source) } } : {}),
  };
}

/** What is said of the paths and URLs in a value that lead elsewhere than they say. */
function leadsOf(value: Json): readonly string[] {
  return locationNotes(value).map(({ at, note }) => makeVisible(at === "" ? note : `${at} ${note}`).text);
}

function kindOf(value: Json): string {
  if (value === null) return "null";
  if (value instanceof SourceNumber) return "number";
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (typeof value === "string") return value === "" ? "empty text" : "text";
  return typeof value === "object" ? "object" : typeof value;
}

// Masking keeps the order and the number of members, so the two are walked side by side.
function countChanged(original: Json, masked: Json): number {
  if (original === null || typeof original !== "object" || original instanceof SourceNumber)
    return original === masked ? 0 : 1;
  if (masked === null || typeof masked !== "object" || masked instanceof SourceNumber) return 1;
  const [before, after] = [Object.entries(original), Object.entries(masked)];
  return before.reduce((sum, [key, value], index) => {
    const [maskedKey, maskedValue] = after[index]!;
    return sum + (key === maskedKey ? 0 : 1) + countChanged(value, maskedValue);
  }, 0);
}
