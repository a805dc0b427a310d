import { isJsonObject, type Json } from "../json/json.ts";
import { locationKindOf } from "./location.ts";
import { resolvePath } from "./path.ts";
import { resolveUrl } from "./url.ts";

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

/** A URL less its escaped blanks and letters; its query is not looked into. */
function decoded(text: string): string {
  try {
    return text.replace(/^[^?#]*/, decodeURI);
  } catch {
    return text;
  }
}

/** A text in arguments that leads elsewhere than it says. */
export interface NotedLocation {
  /** Where it stands, as `path` or `files[2].path`. */
  readonly at: string;
  readonly note: string;
}

const MOST_NOTES = 50;
const MOST_VALUES = 10_000;

/** The notes for all texts in a value, in order, as many as somebody would read; give it the value as it is shown. */
export function locationNotes(value: Json): readonly NotedLocation[] {
  const notes: NotedLocation[] = [];
  const ahead: { readonly at: string; readonly value: Json }[] = [{ at: "", value }];
  for (let seen = 0; ahead.length > 0 && notes.length < MOST_NOTES && seen < MOST_VALUES; seen++) {
    const { at, value } = ahead.pop()!;
    if (typeof value === "string") {
      const note = locationNote(value);
      if (note !== undefined) notes.push({ at, note });
    } else ahead.push(...partsOf(at, value).reverse());
  }
  return notes;
}

function partsOf(at: string, value: Json): { readonly at: string; readonly value: Json }[] {
  if (Array.isArray(value))
    return value.slice(0, MOST_VALUES).map((item, index) => ({ at: `${at}[${index}]`, value: item as Json }));
  if (!isJsonObject(value)) return [];
  return Object.keys(value)
    .slice(0, MOST_VALUES)
    .map((key) => ({ at: at === "" ? key : `${at}.${key}`, value: value[key]! }));
}
