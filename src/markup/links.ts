/** Reads a link of our own schemes: `mention:5b10a` is a person, `date:1767225600000` a day, `status:blue` a state. */
export function readScheme(href: string): {
  readonly scheme?: "mention" | "date" | "status";
  readonly rest: string;
} {
  const match = /^(mention|date|status):(.+)$/s.exec(href);
  if (!match) return { rest: href };
  return { scheme: match[1] as "mention" | "date" | "status", rest: decoded(match[2]!) };
}

/** A link of our own schemes. */
export const writeScheme = (scheme: "mention" | "date" | "status", rest: string): string =>
  `${scheme}:${encodeURIComponent(rest).replace(/%3A/g, ":")}`;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone percent sign means itself
  }
}

/** False for addresses that would run something: `javascript:` and its like. */
export function isSafeHref(href: string): boolean {
  const scheme = /^\s*([a-z][a-z0-9+.-]*):/i.exec(href)?.[1]?.toLowerCase();
  return (
    scheme === undefined || !["javascript", "vbscript", "data", "mention", "date", "status"].includes(scheme)
  );
}
