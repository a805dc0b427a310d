import { locationKindOf } from "./location.ts";
import { resolvePath } from "./location-path.ts";
import { resolveUrl } from "./location-url.ts";

/** What a path or URL in an argument comes to, where that is not what it says; untrusted text, to be made visible. */
export function locationNote(text: string): string | undefined {
  const kind = locationKindOf(text);
  if (kind === undefined) return undefined;
  const location = kind === "url" ? resolveUrl(text) : resolvePath(text);
  if (location.kind === "unresolvable") return `what it resolves to is not sure: ${location.why}`;
  const said = kind === "url" ? decoded(text) : plainPath(text);
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
