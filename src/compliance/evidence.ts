import type { IssueSpan } from "./checks/finding.ts";
import { maskSecrets } from "./checks/hygiene.ts";
import type { Evidence } from "./types.ts";

const MAX_CHARS = 240;

/** What stands at a place, for people to read: secrets masked, long stretches cut. */
export function evidenceAt(
  issue: { readonly title: string; readonly body: string },
  place: IssueSpan,
): Evidence {
  const source = place.in === "title" ? issue.title : issue.body;
  // Masked before it is cut: half a token is not recognised.
  const found = maskSecrets(source.slice(place.start, Math.min(place.end, place.start + MAX_CHARS * 8)));
  const text = found.length > MAX_CHARS ? `${found.slice(0, MAX_CHARS)}…` : found;
  return { in: place.in, start: place.start, end: place.end, text };
}

/** Where a quote stands in the text, blanks aside; undefined when it does not stand there. */
export function placeOfQuote(
  issue: { readonly title: string; readonly body: string },
  quote: string,
): IssueSpan | undefined {
  const words = quote
    .replace(/^["“'`]+|["”'`]+$/g, "")
    .replace(/\n> ?/g, "\n")
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.join("").length < 3 || words.length > 200) return undefined;
  const pattern = new RegExp(words.map(escapeWord).join("\\s{1,20}"));
  for (const where of ["body", "title"] as const) {
    const found = pattern.exec(issue[where]);
    if (found) return { in: where, start: found.index, end: found.index + found[0].length };
  }
  return undefined;
}

function escapeWord(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
