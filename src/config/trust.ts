import { readFileSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { isJsonObject, readJson, sha256 } from "#base";
import { faultOf, openHome } from "./home.ts";
import { readPrivate, replacePrivate } from "./private-file.ts";
import type { Settings } from "./types.ts";

/** What a user said yes to: the bytes of a config, and of the `.env` beside it. */
export interface TrustRecord {
  readonly config: string;
  /** Undefined when there was no `.env`. */
  readonly env?: string;
  readonly at: string;
}

/** Whether a user trusts a file as it is now. */
export type Trust = "trusted" | "changed" | "unknown";

/** A config's bytes, and the digest of the `.env` beside it, as somebody looked at them. */
export interface Seen {
  readonly bytes: Buffer;
  readonly env: string | undefined;
}

/** Reads what a yes to `file` would be a yes to. */
export function lookAt(file: string): Seen {
  return { bytes: readFileSync(file), env: digestOfFile(envBeside(file)) };
}

/** Records that this user trusts `file` as it was seen. @throws home_unusable */
export function trustFile(settings: Pick<Settings, "home">, file: string, seen = lookAt(file)): TrustRecord {
  openHome(settings.home);
  const { bytes, env } = seen;
  const record = {
    config: sha256(bytes),
    ...(env === undefined ? {} : { env }),
    at: new Date().toISOString(),
  };
  const known = readRecords(settings.home).set(placeOf(file), record);
  const text = JSON.stringify({ version: 1, files: Object.fromEntries(known) }, null, 2);
  replacePrivate(trustRecords(settings.home), `${text}\n`);
  return record;
}

/** Whether the user trusts `file` with these bytes; a changed `.env` beside it counts as a change of the file. */
export function trustOf(home: string, file: string, bytes: Uint8Array): Trust {
  const record = readRecords(home).get(placeOf(file));
  if (!record) return "unknown";
  const env = digestOfFile(envBeside(file));
  return record.config === sha256(bytes) && record.env === env ? "trusted" : "changed";
}

/** The file that holds what a user said yes to. */
export function trustRecords(home: string): string {
  return path.join(home, "trust.json");
}

/** The `.env` that belongs to a config. */
export function envBeside(file: string): string {
  return path.join(path.dirname(file), ".env");
}

// Records that somebody else could have written are no records.
function readRecords(home: string): Map<string, TrustRecord> {
  if (faultOf(home, process.getuid?.()) !== undefined) return new Map();
  const text = readPrivate(trustRecords(home));
  if (text === undefined) return new Map();
  try {
    const value = readJson(text);
    const files = isJsonObject(value) ? value.files : undefined;
    return new Map(isJsonObject(files) ? Object.entries(files).filter(isRecord) : []);
  } catch {
    return new Map(); // a broken record trusts nothing; the next yes writes a whole one
  }
}

function isRecord(entry: [string, unknown]): entry is [string, TrustRecord & { [key: string]: string }] {
  const [, value] = entry;
  return (
    isJsonObject(value) &&
    typeof value.config === "string" &&
    ["string", "undefined"].includes(typeof value.env)
  );
}

/** The bytes of a plain file; undefined for anything else. A pipe under a known name must not hold up the start. */
export function readPlain(file: string): Buffer | undefined {
  try {
    return statSync(file).isFile() ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  }
}

function digestOfFile(file: string): string | undefined {
  const bytes = readPlain(file);
  return bytes && sha256(bytes);
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
