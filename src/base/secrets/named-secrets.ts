import { secrecyOf } from "./names.ts";

/** Span of a text, its end not included. */
export type TextSpan = readonly [start: number, end: number];

// `name=`, `"name": `, `--name `, `name => `; what follows is read by hand.
const NAMED =
  /(?<![\w$.-])(-{0,2}[A-Za-z_][\w.-]{1,80})(\\*["']?[ \t]{0,8}(?:=>|[=:])[ \t]{0,8}|\\*["'],[ \t]{0,8}|[ \t]{1,8})/g;

/** Calls back for every secret behind a name in free text: variables, flags, headers, members. Linear time. */
export function eachNamed(text: string, names: readonly string[], found: (span: TextSpan) => void): void {
  let done = 0;
  NAMED.lastIndex = 0;
  for (let match = NAMED.exec(text); match; match = NAMED.exec(text)) {
    const [whole, name, separator] = match as unknown as [string, string, string];
    const from = match.index + whole.length;
    const isAssigned = /[=:]/.test(separator);
    const secrecy = isAssigned || name.startsWith("-") ? secrecyOf(name, names) : undefined;
    if (secrecy === undefined || (secrecy === "text" && /^\d+\b/.test(text.slice(from, from + 20)))) {
      NAMED.lastIndex = match.index + name.length;
      continue;
    }
    for (const span of secretsAt(text, from, { name, isAssigned })) {
      found(span);
      done = span[1];
    }
    NAMED.lastIndex = Math.max(from, done);
  }
}

interface Naming {
  readonly name: string;
  readonly isAssigned: boolean;
}

/** Where the secret behind a name stands; nothing when what follows is no literal. */
function secretsAt(text: string, from: number, { name, isAssigned }: Naming): readonly TextSpan[] {
  const quoted = quotedAt(text, from);
  const cookies = isCookieName(name) ? cookiesAt(text, quoted?.[0] ?? from) : [];
  if (cookies.length > 0) return cookies;
  if (quoted) return isExpanded(text, quoted) ? [] : [quoted];
  const run = runAt(text, from);
  const word = text.slice(...run);
  if (word === "" || word.startsWith("//") || (!isAssigned && word.startsWith("-"))) return [];
  if (SCHEMES.test(word) && text[run[1]] === " ") {
    const credential = runAt(text, run[1] + 1);
    return credential[0] < credential[1] ? [credential] : [];
  }
  return isCode(word, text[run[1]]) ? [] : [run];
}

/** Words that stand before a credential in an `Authorization` header (RFC 9110 section 11.4). */
const SCHEMES = /^(?:bearer|basic|token|digest|apikey|negotiate)$/i;

function quotedAt(text: string, from: number): TextSpan | undefined {
  let at = from;
  while (text[at] === "\\") at++;
  const quote = text[at];
  if (quote !== '"' && quote !== "'") return undefined;
  const close = text.slice(from, at + 1); // escaped as often as it was opened
  const window = text.slice(at + 1, at + 1 + 8_192);
  const end = close.length > 1 ? window.indexOf(close) : closingQuote(window, quote);
  return end > 0 ? [at + 1, at + 1 + end] : undefined;
}

function closingQuote(window: string, quote: string): number {
  for (let at = 0; at < window.length; at++) {
    if (window[at] === "\\") at++;
    else if (window[at] === quote) return at;
  }
  return -1;
}

const RUN = /[^\s"'`\\;,|&<>()]{0,8192}/y;
function runAt(text: string, from: number): TextSpan {
  RUN.lastIndex = from;
  return [from, from + (RUN.exec(text)?.[0].length ?? 0)];
}

/** Whether what stands behind the name is a list of cookies, each with a name of its own. */
export function isCookieName(name: string): boolean {
  return /cookies?$/i.test(name);
}

const COOKIE = /[^\s"'\\;=]{1,200}=([^\s"'\\;]{0,8192})(?:;[ \t]?)?/y;

/** The values of the cookies from here on (RFC 6265 section 4.2.1), without their names; empty ones too. */
export function cookiesAt(text: string, from: number): readonly TextSpan[] {
  const spans: TextSpan[] = [];
  COOKIE.lastIndex = from;
  for (let match = COOKIE.exec(text); match; match = COOKIE.exec(text)) {
    const start = match.index + match[0].indexOf("=") + 1;
    spans.push([start, start + match[1]!.length]);
  }
  return spans;
}

// What a shell would expand is a program and not a secret, and a person who approves it must see it.
function isExpanded(text: string, [start, end]: TextSpan): boolean {
  return /\$[({A-Za-z_]|`/.test(text.slice(start, end));
}

const TYPES = /^(?:string|number|boolean|str|int|bool|bytes|any|object|null|undefined|none|true|false)\??$/i;
const OPENING = /^[[{]+$/;
function isCode(word: string, next: string | undefined): boolean {
  return (
    next === "(" ||
    OPENING.test(word) ||
    TYPES.test(word) ||
    /^\$|^process\.env|^os\.environ|^env\./.test(word)
  );
}
