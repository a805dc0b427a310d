import { mkdirSync, readdirSync, readFileSync, rmdirSync } from "node:fs";
import path from "node:path";
import { codeOf, PreloopError, shortId } from "#base";
import { openHome } from "#config";
import type { Additions } from "./extend-config.ts";
import type { FileChange } from "./plan-file.ts";
import { removeFile, replaceFile } from "./write-file.ts";

/** One file that `init` changed, with all it takes to change it back. */
export interface FileRecord {
  /** As it is named; `real` is where it lies when that is a link. */
  readonly path: string;
  readonly real: string;
  readonly draft: string;
  /** Base64; null when there was no file. Holds secrets. */
  readonly before: string | null;
  readonly beforeHash: string | null;
  readonly beforeMode: number | null;
  readonly afterHash: string;
  readonly afterMode: number;
  readonly edit:
    | ({ readonly kind: "client"; readonly client: string; readonly format: "json" | "toml" } & Pick<
        FileChange,
        "places" | "listed"
      >)
    | { readonly kind: "config"; readonly additions: Additions };
}

/** One run of `init`, written down before it touches anything. */
export interface ChangeRecord {
  readonly version: 1;
  readonly id: string;
  readonly at: string;
  /** Directories that were made for it, outermost first. */
  readonly folders: readonly string[];
  /** In the order they are written: preloop's config first, so that no server is ever nowhere. */
  readonly files: readonly FileRecord[];
}

/** A name that sorts by time. */
export function changeId(now: Date): string {
  return `${now.toISOString().replaceAll(/[-:.]/g, "")}-${shortId(6)}`;
}

/** Writes a record as a whole, for this user alone. @throws home_unusable */
export function writeRecord(home: string, record: ChangeRecord): void {
  openHome(home);
  mkdirSync(folderOf(home), { recursive: true, mode: 0o700 });
  const file = fileOf(home, record.id);
  const text = `${JSON.stringify(record, null, 2)}\n`;
  replaceFile(file, Buffer.from(text), { mode: 0o600, draft: `${file}.draft` });
}

/** All changes that stand, newest first. @throws init_refused when a record cannot be read */
export function readRecords(home: string): ChangeRecord[] {
  return namesIn(folderOf(home))
    .filter((name) => name.endsWith(".json"))
    .sort()
    .reverse()
    .map((name) => readRecord(path.join(folderOf(home), name)));
}

/** Forgets a change that was undone. */
export function removeRecord(home: string, id: string): void {
  removeFile(fileOf(home, id));
  try {
    rmdirSync(folderOf(home));
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(codeOf(error) ?? "")) throw error;
  }
}

/** Where a record lies. */
export function fileOf(home: string, id: string): string {
  return path.join(folderOf(home), `${id}.json`);
}

function readRecord(file: string): ChangeRecord {
  try {
    const record = JSON.parse(readFileSync(file, "utf8")) as ChangeRecord;
    if (record.version === 1 && Array.isArray(record.files)) return record;
  } catch {
    // said below
  }
  throw new PreloopError("init_refused", `${file} is no record of changes that this version can read`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

function folderOf(home: string): string {
  return path.join(home, "changes");
}
