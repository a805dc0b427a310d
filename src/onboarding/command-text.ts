import { REDACTED, redactText } from "#base";
import type { ServerDraft } from "./types.ts";

/** How a server is reached, with what looks like a secret masked. */
export function commandText({
  command,
  args = [],
  url,
}: Pick<ServerDraft, "command" | "args" | "url">): string {
  return redactText(url === undefined ? [command ?? "", ...args].map(quoteWord).join(" ") : redactUrl(url));
}

/** A word of a command; shown so that two of them never look like one, nor one like two. */
export function quoteWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word);
}

// Addresses of remote servers often carry their key, in the query or as a part of the path.
function redactUrl(url: string): string {
  return url
    .replaceAll(/([?&][^=&#]*=)[^&#]+/g, `$1${REDACTED}`)
    .replaceAll(/(?<=\/)(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}(?=[/?#]|$)/g, REDACTED);
}
