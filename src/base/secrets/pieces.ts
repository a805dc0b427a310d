import { isJsonObject, type Json } from "../json/json.ts";
import { readJson } from "../json/read-json.ts";
import { isMask } from "./mask.ts";
import { cookiesAt, isCookieName } from "./named-secrets.ts";
import type { SecretSpan } from "./secrets-in-text.ts";
import { shapeOf } from "./shapes.ts";

/** Parts of a string under a secret's name: a JSON text, or a text with spans that are secret. */
export type SecretPieces =
  | { readonly kind: "json"; readonly value: Json }
  | { readonly kind: "text"; readonly spans: readonly SecretSpan[] };

/** Takes a string under a secret's name apart, so that no more of it is masked than is secret. */
export function secretPieces(text: string, name: string): SecretPieces {
  const value = structureIn(text);
  if (value !== undefined) return { kind: "json", value };
  return { kind: "text", spans: cookiesIn(text, name) ?? credentialIn(text) };
}

/** The list or object that a text is as JSON. */
function structureIn(text: string): Json | undefined {
  if (!/^\s{0,100}[[{]/.test(text)) return undefined;
  try {
    const value = readJson(text);
    return Array.isArray(value) || isJsonObject(value) ? value : undefined;
  } catch {
    return undefined; // no JSON, or none with one meaning: masked as the text it is
  }
}

function cookiesIn(text: string, name: string): readonly SecretSpan[] | undefined {
  if (!isCookieName(name)) return undefined;
  const spans = cookiesAt(text, 0).map(([start, end]) => ({ start, end, kind: "cookie" }));
  const end = spans.at(-1)?.end ?? -1;
  return end === text.length ? spans : undefined; // whatever is no cookie would be seen
}

const SCHEME = /^\s*(bearer|basic|token|digest|apikey|negotiate) +(?=\S)/i;
const KINDS: Readonly<Record<string, string>> = { bearer: "bearer token", basic: "basic credentials" };

// Blanks around it stay to be seen, and so does the scheme of a header.
function credentialIn(text: string): readonly SecretSpan[] {
  const [before = "", scheme = ""] = SCHEME.exec(text) ?? [];
  const secret = text.slice(before.length).trim();
  if (secret === "" || isMask(secret)) return [];
  const start = text.indexOf(secret, before.length);
  const kind = shapeOf(secret) ?? KINDS[scheme.toLowerCase()] ?? "string";
  return [{ start, end: start + secret.length, kind }];
}
