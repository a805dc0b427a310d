import path from "node:path";
import { isJsonObject, readJson, sha256 } from "#base";
import { type ConfigSnapshot, readConfigSnapshot } from "../files/config-snapshot.ts";
import { faultOf, openHome } from "../files/home.ts";
import { readPrivate, replacePrivate } from "../files/private-file.ts";
import { type FileRead, isMissing } from "../files/read-once.ts";
import type { Settings } from "../types.ts";

/** Consent of a user: SHA-256 of a config and of the `.env` beside it, and the time in ISO 8601. */
export interface TrustRecord {
  readonly config: string;
  /** Undefined when there was no `.env`. */
  readonly env?: string;
  readonly at: string;
}

/** State of a file's trust: its user trusts it as it is now, it has changed since, or nobody said yes. */
export type Trust = "trusted" | "changed" | "unknown";

/** Records that this user trusts `file` as it was read. @throws home_unusable, and what kept it from being read */
export function trustFile(
  settings: Pick<Settings, "home">,
  file: string,
  snapshot = readConfigSnapshot(file),
): TrustRecord {
  openHome(settings.home);
  const env = digestOfEnv(snapshot);
  const record = {
    config: sha256(bytesOf(snapshot.config)),
    ...(env === undefined ? {} : { env }),
    at: new Date().toISOString(),
  };
  const known = readRecords(settings.home).set(snapshot.place, record);
  const text = JSON.stringify({ version: 1, files: Object.fromEntries(known) }, null, 2);
  replacePrivate(trustRecords(settings.home), `${text}\n`);
  return record;
}

/** Whether the user trusts a snapshot; a changed `.env` counts as a change, and so does what cannot be read. */
export function trustOf(home: string, snapshot: ConfigSnapshot): Trust {
  const record = readRecords(home).get(snapshot.place);
  if (!record) return "unknown";
  if ("error" in snapshot.config || ("error" in snapshot.env && !isMissing(snapshot.env))) return "changed";
  return record.config === sha256(snapshot.config.bytes) && record.env === digestOfEnv(snapshot)
    ? "trusted"
    : "changed";
}

/** The digest of the `.env` in a snapshot; undefined when there was none. @throws what kept it from being read */
export function digestOfEnv({ env }: ConfigSnapshot): string | undefined {
  return isMissing(env) ? undefined : sha256(bytesOf(env));
}

/** The file that holds what a user said yes to. */
export function trustRecords(home: string): string {
  return path.join(home, "trust.json");
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

function bytesOf(read: FileRead): Buffer {
  if ("error" in read) throw read.error;
  return read.bytes;
}
