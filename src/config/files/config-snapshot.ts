import { realpathSync } from "node:fs";
import path from "node:path";
import { type FileRead, readPlain, readWhole } from "./read-once.ts";

/** Snapshot of a config and the `.env` beside it, each read once: the bytes that are judged are the bytes that are used. */
export interface ConfigSnapshot {
  /** Where the config lies. */
  readonly place: string;
  readonly config: FileRead;
  readonly env: FileRead;
}

/** Reads a config and the `.env` beside it. Only a file that somebody named may be a pipe, and that only once. */
export function readConfigSnapshot(
  file: string,
  { orPipe = false }: { readonly orPipe?: boolean } = {},
): ConfigSnapshot {
  const place = placeOf(file);
  return { place, config: (orPipe ? readWhole : readPlain)(place), env: readPlain(envBeside(place)) };
}

/** The `.env` that belongs to a config. */
export function envBeside(file: string): string {
  return path.join(path.dirname(file), ".env");
}

// Where a file lies, not what it links to: programs named by it start in its folder, so a link from elsewhere needs a
// yes of its own.
function placeOf(file: string): string {
  const full = path.resolve(file);
  try {
    return path.join(realpathSync(path.dirname(full)), path.basename(full));
  } catch {
    return full;
  }
}
