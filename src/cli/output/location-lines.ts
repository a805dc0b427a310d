import { type Json, locationNotes, makeVisible } from "#base";

/** A line for each argument that leads elsewhere than it says; give it the arguments as they are shown. */
export function locationLines(args: Json): string[] {
  return locationNotes(args).map(({ at, note }) => `  → ${makeVisible(`${at} ${note}`).text}`);
}
