import { REDACTED } from "./mask.ts";
import { type SecretSpan, secretsIn } from "./secrets-in-text.ts";

/** Free text, for a log or a message, with its secrets masked; `names` are further names that hold some. */
export function redactText(text: string, names: readonly string[] = []): string {
  return replaceSecrets(text, secretsIn(text, names), () => REDACTED);
}

/** The text with something else where its secrets stand. */
export function replaceSecrets(
  text: string,
  spans: readonly SecretSpan[],
  replacement: (secret: string, kind: string) => string,
): string {
  if (spans.length === 0) return text;
  let out = "";
  let done = 0;
  for (const { start, end, kind } of spans) {
    if (start === end) continue;
    out += text.slice(done, start) + replacement(text.slice(start, end), kind);
    done = end;
  }
  return out + text.slice(done);
}
