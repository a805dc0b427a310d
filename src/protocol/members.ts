import { skipString } from "#base";

/**
 * The members of an object as raw JSON text, their values unread; of a repeated key the last value, as `JSON.parse` has
 * it, which must have accepted the text. What is no object has none.
 */
export function members(objectText: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { key, valueFrom, to } of spansOf(objectText)) found.set(key, objectText.slice(valueFrom, to));
  return found;
}

/** One of the {@link members} alone. */
export function member(objectText: string, key: string): string | undefined {
  const span = spansOf(objectText).findLast((one) => one.key === key);
  return span && objectText.slice(span.valueFrom, span.to);
}

/**
 * The object's text with one member set to raw JSON, or taken out when `raw` is undefined; every other byte stays. A
 * repeated key ends up there once. What is no object stays as it is.
 */
export function withMember(objectText: string, key: string, raw: string | undefined): string {
  if (!isObjectText(objectText)) return objectText;
  const spans = spansOf(objectText);
  const last = spans.findLastIndex((span) => span.key === key);
  if (last < 0) return raw === undefined ? objectText : appended(objectText, spans.at(-1), key, raw);
  if (raw !== undefined && spans.findIndex((span) => span.key === key) === last) {
    const { valueFrom, to } = spans[last]!;
    return objectText.slice(0, valueFrom) + raw + objectText.slice(to);
  }
  const kept = spans.flatMap((span, at) => {
    if (span.key !== key) return [objectText.slice(span.from, span.to)];
    return at === last && raw !== undefined ? [`${JSON.stringify(key)}:${raw}`] : [];
  });
  return `{${kept.join(",")}}`;
}

/** The raw JSON texts of a list's elements. */
export function elements(listText: string): string[] {
  const found: string[] = [];
  let at = skipSpace(listText, skipSpace(listText, 0) + 1);
  while (listText.charCodeAt(at) !== CLOSE_LIST && at < listText.length) {
    const to = skipValue(listText, at);
    found.push(listText.slice(at, to));
    at = skipSpace(listText, to);
    if (listText.charCodeAt(at) === COMMA) at = skipSpace(listText, at + 1);
  }
  return found;
}

interface Span {
  readonly key: string;
  readonly from: number;
  readonly valueFrom: number;
  readonly to: number;
}

const QUOTE = 34;
const COMMA = 44;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

function spansOf(text: string): Span[] {
  const spans: Span[] = [];
  if (!isObjectText(text)) return spans;
  let at = skipSpace(text, skipSpace(text, 0) + 1);
  while (text.charCodeAt(at) === QUOTE) {
    const keyTo = skipString(text, at);
    const valueFrom = skipSpace(text, skipSpace(text, keyTo) + 1); // past the colon
    const to = skipValue(text, valueFrom);
    spans.push({ key: keyOf(text, at, keyTo), from: at, valueFrom, to });
    at = skipSpace(text, to);
    if (text.charCodeAt(at) === COMMA) at = skipSpace(text, at + 1);
  }
  return spans;
}

function isObjectText(text: string): boolean {
  return text.charCodeAt(skipSpace(text, 0)) === OPEN_OBJECT;
}

function keyOf(text: string, from: number, to: number): string {
  const inside = text.slice(from + 1, to - 1);
  return inside.includes("\\") ? (JSON.parse(text.slice(from, to)) as string) : inside;
}

function appended(text: string, last: Span | undefined, key: string, raw: string): string {
  const member = `${JSON.stringify(key)}:${raw}`;
  if (last) return `${text.slice(0, last.to)},${member}${text.slice(last.to)}`;
  const inside = text.indexOf("{") + 1;
  return text.slice(0, inside) + member + text.slice(inside);
}

function skipSpace(text: string, at: number): number {
  let end = at;
  while (end < text.length && text.charCodeAt(end) <= 32) end++;
  return end;
}

// The text has been accepted by JSON.parse, so brackets match and only their number counts.
function skipValue(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === QUOTE) return skipString(text, at);
  if (first !== OPEN_OBJECT && first !== OPEN_LIST) return skipWord(text, at);
  let depth = 0;
  for (let end = at; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === QUOTE) end = skipString(text, end) - 1;
    else if (code === OPEN_OBJECT || code === OPEN_LIST) depth++;
    else if ((code === CLOSE_OBJECT || code === CLOSE_LIST) && --depth === 0) return end + 1;
  }
  return text.length;
}

function skipWord(text: string, at: number): number {
  let end = at;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code <= 32 || code === COMMA || code === CLOSE_OBJECT || code === CLOSE_LIST) break;
  }
  return end;
}
