import {
  chmodSync,
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { codeOf } from "#base";

/** Puts a file in place as a whole, with a mode; a kill leaves the old file or the new one, and perhaps the draft. */
export function replaceFile(
  file: string,
  bytes: Uint8Array,
  { mode, draft }: { mode: number; draft: string },
): void {
  removeFile(draft); // left by an earlier try that was killed
  const fd = openSync(draft, "wx", 0o600);
  try {
    writeFileSync(fd, bytes);
    fchmodSync(fd, mode);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  try {
    renameSync(draft, file);
  } catch (error) {
    removeFile(draft);
    throw error;
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
