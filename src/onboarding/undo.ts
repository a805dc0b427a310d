import { rmdirSync } from "node:fs";
import { codeOf, messageOf, sha256 } from "#base";
import { invertFileEdit } from "./invert-edit.ts";
import {
  type ChangeRecord,
  type FileRecord,
  fileOf,
  readRecords,
  removeRecord,
  writeRecord,
} from "./journal.ts";
import { readConfigBytes } from "./read-file.ts";
import { removeFile, replaceFile, restoreMode } from "./write-file.ts";

/** Outcome of the undo for one file. */
export interface UndoneFile {
  readonly path: string;
  readonly outcome: /** Every byte is as it was before. */
    | "restored"
    /** It was not there before, and is not there now. */
    | "removed"
    /** It changed since: only preloop's own keys were taken out and the servers put back. */
    | "reversed"
    /** Nothing was done to it. */
    | "refused";
  /** What changed, and what to do where nothing was done. */
  readonly note?: string;
}

/**
 * Takes back what `init` did, newest change first, and in each change the clients' files before preloop's config: a
 * server must not leave the config before it is back at its client. What is refused stays in the journal.
 */
export async function undoChanges(home: string): Promise<readonly UndoneFile[]> {
  const done: UndoneFile[] = [];
  for (const record of readRecords(home)) {
    const outcome = await undoOne(home, record);
    done.push(...outcome);
    if (outcome.some(({ outcome: what }) => what === "refused")) break;
  }
  return done;
}

async function undoOne(home: string, record: ChangeRecord): Promise<UndoneFile[]> {
  const done: UndoneFile[] = [];
  let left: FileRecord[] = [];
  for (const file of [...record.files].reverse()) {
    const held = file.edit.kind === "config" && left.length > 0;
    const outcome = held
      ? refused(file, "it keeps the servers of the files above until those are put right")
      : await undoFile(file, fileOf(home, record.id));
    done.push(outcome);
    if (outcome.outcome === "refused") left = [file, ...left];
    removeFile(file.draft);
  }
  if (left.length > 0) {
    writeRecord(home, { ...record, files: left });
    return done;
  }
  for (const folder of [...record.folders].reverse()) removeFolder(folder);
  removeRecord(home, record.id);
  return done;
}

async function undoFile(file: FileRecord, journal: string): Promise<UndoneFile> {
  try {
    const now = readConfigBytes(file.real);
    const hash = now ? sha256(now) : null;
    if (hash === file.beforeHash) return asBefore(file);
    if (hash === file.afterHash) return restore(file);
    if (!now) return refused(file, `it is gone; its bytes are kept in ${journal}, which you may remove`);
    return await reverse(file, now, journal);
  } catch (error) {
    return refused(file, messageOf(error));
  }
}

// init was stopped before it came to this file, or somebody put it back by hand.
function asBefore(file: FileRecord): UndoneFile {
  if (file.beforeMode !== null) restoreMode(file.real, file.beforeMode);
  return { path: file.path, outcome: file.before === null ? "removed" : "restored" };
}

function restore(file: FileRecord): UndoneFile {
  if (file.before === null || file.beforeMode === null) {
    removeFile(file.real);
    return { path: file.path, outcome: "removed" };
  }
  const bytes = Buffer.from(file.before, "base64");
  replaceFile(file.real, bytes, { mode: file.beforeMode, draft: file.draft });
  return { path: file.path, outcome: "restored" };
}

async function reverse(file: FileRecord, now: Buffer, journal: string): Promise<UndoneFile> {
  const reversed = await invertFileEdit(file, now);
  if (reversed.kind === "refused")
    return refused(file, `${reversed.reason}; its bytes from before are kept in ${journal}`);
  const mode = file.beforeMode ?? file.afterMode;
  replaceFile(file.real, reversed.after, { mode, draft: file.draft });
  return { path: file.path, outcome: "reversed", note: reversed.note };
}

function refused(file: FileRecord, note: string): UndoneFile {
  return { path: file.path, outcome: "refused", note };
}

function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(codeOf(error) ?? "")) throw error;
  }
}
