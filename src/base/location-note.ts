import { resolvePath } from "./location-path.ts";
import { resolveUrl } from "./location-url.ts";

const LONGEST = 4_096;
const URL_START = /^[a-z][a-z0-9+.-]+:[\\/]{2}/i;
const PATH_START = /^(?:\.{0,2}[\\/]|~[^\s]*[\\/]|[a-z]:[\\/]|file:)/i;
const ONE_WORD_WITH_SLASH = /^\S*(?:[\\/\u2215\u2044\uff0f\uff3c]|%2f|%5c)\S*$/i;

/** What a path or URL in an argument comes to, where that is not what it says; untrusted text, to be made visible. */
export function locationNote(text: string): string | undefined {
  if (text.length > LONGEST || /[\r\n]/.test(text.trim())) return undefined;
  const isUrl = URL_START.test(text) && !/^file:/i.test(text);
  if (!isUrl && !PATH_START.test(text) && !ONE_WORD_WITH_SLASH.test(text)) return undefined;
  const location = isUrl ? resolveUrl(text) : resolvePath(text);
  if (location.kind === "unresolvable") return `what it resolves to is not sure: ${location.why}`;
  const said = isUrl ? decoded(text) : plainPath(text);
  return said.normalize("NFC") === location.text.normalize("NFC")
    ? undefined
    : `resolves to ${location.text}`;
}

/** A path less what nobody stumbles over: `./` before it, doubled slashes, backslashes of Windows. */
function plainPath(text: string): string {
  const slashed = text.replaceAll("\\", "/").replace(/^[a-z](?=:)/, (drive) => drive.toUpperCase());
  return slashed.replace(/(?<=.)\/+/g, "/").replace(/^(?:\.\/)+(?=.)/, "");
}

/** A URL less its escaped blanks and letters. */
function decoded(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}
