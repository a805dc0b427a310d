import { secrecyOf } from "./secret-names.ts";

/** What stands where a secret stood. */
export const REDACTED = "[redacted]";

// Tokens that tell by their shape what they are.
const SHAPES = new RegExp(
  [
    "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[^-]*(?:-(?!----)[^-]*)*(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----)?",
    "\\beyJ[\\w-]{4,}\\.[\\w-]{4,}\\.[\\w-]*", // a JWT
    "\\bgh[opusr]_[A-Za-z0-9]{10,}",
    "\\bgithub_pat_\\w{10,}",
    "\\bgl(?:pat|dt|rt|ptt|cbt|ft|soat)-[\\w-]{10,}",
    "\\bxox[a-z]-[\\w-]{8,}",
    "\\bxapp-[\\w-]{8,}",
    "\\bsk-[\\w-]{12,}",
    "\\b[sr]k_(?:live|test)_\\w{8,}",
    "\\bwhsec_\\w{8,}",
    "\\b(?:AKIA|ASIA)[A-Z0-9]{12,}",
    "\\bAIza[\\w-]{30,}",
    "\\bya29\\.[\\w-]{10,}",
    "\\bnpm_[A-Za-z0-9]{20,}",
    "\\bpypi-[\\w-]{20,}",
    "\\bhf_[A-Za-z0-9]{20,}",
    "\\blin_api_\\w{10,}",
    "\\bATATT3[\\w=-]{10,}",
    "\\bSG\\.[\\w-]{10,}\\.[\\w-]{10,}",
    "\\bAGE-SECRET-KEY-1\\w+",
  ].join("|"),
  "g",
);

/** Masks secrets inside free text: tokens by shape, URL passwords, secret flags, variables and headers. Linear time. */
export function redactText(text: string, extraKeys: readonly string[] = []): string {
  let safe = text.length < 8 ? text : text.replace(SHAPES, REDACTED);
  if (safe.includes("://")) safe = safe.replace(USERINFO, maskUserinfo);
  if (/[=:]|--/.test(safe)) safe = maskNamed(safe, extraKeys);
  if (/bearer|basic/i.test(safe)) safe = safe.replace(SCHEME, maskScheme);
  if (safe.includes("-u") || safe.includes("user")) safe = safe.replace(USER_FLAG, maskUserFlag);
  return safe;
}

// Greedy up to the last @ before the path: people do not escape an @ in a password.
const USERINFO = /\b([A-Za-z][A-Za-z0-9+.-]{0,20}:\/\/)([^\s/?#"<>`\\]{1,1000})@/g;

function maskUserinfo(whole: string, scheme: string, userinfo: string): string {
  // `ssh://git@host` names an account; over http a lone user is a token.
  return userinfo.includes(":") || /^https?:/i.test(scheme) ? `${scheme}${REDACTED}@` : whole;
}

const SCHEME = /\b(bearer|basic)([ \t]+)([A-Za-z0-9._~+/=-]+)/gi;
const PROSE =
  /^(?:tokens?|auth|authentication|authorization|schemes?|headers?|of|is|are|and|or|in|to|for|the|with|was|by|as)[.]?$/i;

function maskScheme(whole: string, scheme: string, gap: string, value: string): string {
  if (scheme.toLowerCase() === "bearer") return PROSE.test(value) ? whole : `${scheme}${gap}${REDACTED}`;
  const decoded = Buffer.from(value, "base64").toString("latin1");
  const isCredential = decoded.includes(":") || (value.length >= 8 && /[0-9=+/]/.test(value));
  return isCredential ? `${scheme}${gap}${REDACTED}` : whole; // "basic usage" is prose
}

const USER_FLAG = /(^|\s)(-u|--user|--proxy-user)([ \t=]+["']?)([^\s:"']{1,200}):([^\s"']{1,1000})/g;

function maskUserFlag(whole: string, start: string, flag: string, gap: string, user: string, pass: string) {
  return /^\d+$/.test(pass) ? whole : `${start}${flag}${gap}${user}:${REDACTED}`; // `-u 1000:1000` is a group
}

// `name=`, `"name": `, `--name `, `name => `; what follows is read by hand.
const NAMED =
  /(?<![\w$.-])(-{0,2}[A-Za-z_][\w.-]{1,80})(\\*["']?[ \t]{0,8}(?:=>|[=:])[ \t]{0,8}|\\*["'],[ \t]{0,8}|[ \t]{1,8})/g;

function maskNamed(text: string, extraKeys: readonly string[]): string {
  let out = "";
  let done = 0;
  NAMED.lastIndex = 0;
  for (let found = NAMED.exec(text); found; found = NAMED.exec(text)) {
    const [whole, name, separator] = found as unknown as [string, string, string];
    const from = found.index + whole.length;
    const isAssigned = /[=:]/.test(separator);
    const secrecy = isAssigned || name.startsWith("-") ? secrecyOf(name, extraKeys) : undefined;
    if (secrecy === undefined || (secrecy === "text" && /^\d+\b/.test(text.slice(from, from + 20)))) {
      NAMED.lastIndex = found.index + name.length;
      continue;
    }
    for (const [start, end] of secretsAt(text, from, { name, isAssigned })) {
      out += text.slice(done, start) + REDACTED;
      done = end;
    }
    NAMED.lastIndex = Math.max(from, done);
  }
  return done === 0 ? text : out + text.slice(done);
}

interface Naming {
  readonly name: string;
  readonly isAssigned: boolean;
}
type Span = readonly [start: number, end: number];

/** Where the secret behind a name stands; nothing when what follows is no literal. */
function secretsAt(text: string, from: number, { name, isAssigned }: Naming): readonly Span[] {
  const quoted = quotedAt(text, from);
  if (quoted) return isExpanded(text, quoted) ? [] : [quoted];
  if (/cookie$/i.test(name)) return cookiesAt(text, from);
  const run = runAt(text, from);
  const word = text.slice(...run);
  if (word === "" || word.startsWith("//") || (!isAssigned && word.startsWith("-"))) return [];
  if (/^(?:bearer|basic|token|digest|apikey|negotiate)$/i.test(word) && text[run[1]] === " ") {
    const credential = runAt(text, run[1] + 1);
    return credential[0] < credential[1] ? [credential] : [];
  }
  return isCode(word, text[run[1]]) ? [] : [run];
}

function quotedAt(text: string, from: number): Span | undefined {
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
function runAt(text: string, from: number): Span {
  RUN.lastIndex = from;
  return [from, from + (RUN.exec(text)?.[0].length ?? 0)];
}

const COOKIE = /[^\s"'\\;=]{1,200}=([^\s"'\\;]{0,8192})(?:;[ \t]?)?/y;
function cookiesAt(text: string, from: number): readonly Span[] {
  const spans: Span[] = [];
  COOKIE.lastIndex = from;
  for (let found = COOKIE.exec(text); found; found = COOKIE.exec(text)) {
    const start = found.index + found[0].indexOf("=") + 1;
    spans.push([start, start + found[1]!.length]);
  }
  return spans.length > 0 ? spans : [runAt(text, from)].filter(([start, end]) => end > start);
}

// What a shell would expand is a program and not a secret, and a person who approves it must see it.
function isExpanded(text: string, [start, end]: Span): boolean {
  return /\$[({A-Za-z_]|`/.test(text.slice(start, end));
}

const TYPES = /^(?:string|number|boolean|str|int|bool|bytes|any|object|null|undefined|none|true|false)\??$/i;
function isCode(word: string, next: string | undefined): boolean {
  return next === "(" || /^\$|^process\.env|^os\.environ|^env\./.test(word) || TYPES.test(word);
}
