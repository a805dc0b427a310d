import {
  chmodSync,
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { codeOf } from "#base";

/** Puts a file in place as a whole, with a mode; a kill leaves the old file or the new one, and perhaps the draft. */
export function replaceFile(
  file: string,
  bytes: Uint8Array,
  { mode, draft }: { readonly mode: number; readonly draft: string },
): void {
  removeFile(draft); // left by an earlier try that was killed
  try {
    writeDraft(draft, bytes, { mode, owner: statSync(file, { throwIfNoEntry: false }) });
    renameSync(draft, file);
  } catch (error) {
    removeFile(draft);
    throw error;
  }
}

interface FileAttributes {
  readonly mode: number;
  readonly owner: Stats | undefined;
}

function writeDraft(draft: string, bytes: Uint8Array, { mode, owner }: FileAttributes): void {
  const fd = openSync(draft, "wx", 0o600);
  try {
    writeFileSync(fd, bytes);
    // For root at work in somebody's home; nobody else may give files away, nor needs to.
    if (owner && process.getuid?.() === 0) fchownSync(fd, owner.uid, owner.gid);
    fchmodSync(fd, mode);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** Removes a file that may be gone already. */
export function removeFile(file: string): void {
  try {
    unlinkSync(file);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
}

/** Gives a file its mode back. */
export function restoreMode(file: string, mode: number): void {
  chmodSync(file, mode);
}
