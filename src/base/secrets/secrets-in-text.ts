import { masksIn } from "./mask.ts";
import { eachNamed } from "./named-secrets.ts";
import { eachShape } from "./shapes.ts";

/** Span of a secret inside a text, and what sort of secret it is. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
  /** In words: `JWT`, `URL password`; `string` where only its name tells. */
  readonly kind: string;
}

const NONE: readonly SecretSpan[] = [];

/**
 * Finds secrets inside free text: tokens by shape, URL passwords, secret flags, variables and headers (`names` are
 * further names that hold some). In order, none within another. Linear time.
 */
export function secretsIn(text: string, names: readonly string[] = []): readonly SecretSpan[] {
  const spans: SecretSpan[] = [];
  const add = (start: number, end: number, kind: string) => spans.push({ start, end, kind });
  eachShape(text, add);
  if (text.includes("://")) eachUserinfo(text, add);
  if (/bearer|basic/i.test(text)) eachCredential(text, add);
  if (text.includes("-u") || text.includes("user")) eachUserFlag(text, add);
  if (/[=:]|--/.test(text)) eachNamed(text, names, ([start, end]) => add(start, end, "string"));
  return spans.length === 0 ? NONE : merged(spans, text);
}

type Add = (start: number, end: number, kind: string) => void;

// Greedy up to the last @ before the path: people do not escape an @ in a password.
const USERINFO = /\b([A-Za-z][A-Za-z0-9+.-]{0,20}:\/\/)([^\s/?#"<>`\\]{1,1000})@/g;

function eachUserinfo(text: string, add: Add): void {
  for (const { 1: scheme, 2: userinfo, index } of text.matchAll(USERINFO)) {
    // `ssh://git@host` names an account; over http a lone user is a token.
    if (!userinfo!.includes(":") && !/^https?:/i.test(scheme!)) continue;
    add(index + scheme!.length, index + scheme!.length + userinfo!.length, "URL password");
  }
}

const CREDENTIAL = /\b(bearer|basic)([ \t]+)([A-Za-z0-9._~+/=-]+)/gi;
const PROSE =
  /^(?:tokens?|auth|authentication|authorization|schemes?|headers?|of|is|are|and|or|in|to|for|the|with|was|by|as)[.]?$/i;

function eachCredential(text: string, add: Add): void {
  for (const { 0: whole, 1: scheme, 3: value, index } of text.matchAll(CREDENTIAL)) {
    const isBearer = scheme!.toLowerCase() === "bearer";
    if (isBearer ? PROSE.test(value!) : !isBasic(value!)) continue; // "basic usage" is prose
    const end = index + whole.length;
    add(end - value!.length, end, isBearer ? "bearer token" : "basic credentials");
  }
}

function isBasic(value: string): boolean {
  const decoded = Buffer.from(value, "base64").toString("latin1");
  return decoded.includes(":") || (value.length >= 8 && /[0-9=+/]/.test(value));
}

const USER_FLAG = /(^|\s)(-u|--user|--proxy-user)([ \t=]+["']?)([^\s:"']{1,200}):([^\s"']{1,1000})/g;

function eachUserFlag(text: string, add: Add): void {
  for (const { 0: whole, 5: pass, index } of text.matchAll(USER_FLAG)) {
    if (/^\d+$/.test(pass!)) continue; // `-u 1000:1000` is a group
    const end = index + whole.length;
    add(end - pass!.length, end, "string");
  }
}

/** Overlapping finds as one, in order. Of two that are the same piece, the one found first says what it is. */
function merged(spans: SecretSpan[], text: string): readonly SecretSpan[] {
  const apart: SecretSpan[] = [];
  const isMasked = createMaskTest(text);
  for (const span of spans.sort((one, two) => one.start - two.start || two.end - one.end)) {
    const last = apart.at(-1);
    if (isMasked(span)) continue;
    if (!last || span.start >= last.end) apart.push(span);
    else if (span.end > last.end) apart[apart.length - 1] = { ...last, end: span.end, kind: "string" };
  }
  return apart;
}

/** Tells, of spans in order, whether what stands there was masked already. */
function createMaskTest(text: string): (span: SecretSpan) => boolean {
  const masks = masksIn(text);
  let at = 0;
  return ({ start, end }) => {
    while (at < masks.length && masks[at]![1] <= start) at++;
    return at < masks.length && masks[at]![0] <= start && end <= masks[at]![1];
  };
}
