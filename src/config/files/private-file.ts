import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { codeOf, messageOf, PreloopError, shortId } from "#base";
import { ELSEWHERE } from "./home.ts";
import { withFile } from "./read-once.ts";

/** The text of a file that only this user may have written or read; undefined when there is none. @throws home_unusable */
export function readPrivate(file: string): string | undefined {
  try {
    return withFile(file, { follow: false }, (fd, stats) => {
      const fault = faultOfFile(stats);
      if (fault !== undefined) throw new PreloopError("home_unusable", `${file} ${fault}`);
      return readFileSync(fd, "utf8");
    });
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return undefined;
    if (error instanceof PreloopError) throw error;
    throw new PreloopError("home_unusable", `${file} cannot be opened as a plain file`, { cause: error });
  }
}

function faultOfFile(stats: Stats): string | undefined {
  const me = process.getuid?.();
  if (me !== undefined && (stats.uid !== me || stats.mode & 0o077))
    return "must be yours alone: run chmod 600 on it, or remove it if it is not yours";
  return stats.isFile() ? undefined : "is no plain file; remove it";
}

/** Puts a file in place as a whole, 0600. @throws home_unusable */
export function replacePrivate(file: string, text: string): void {
  const draft = writeDraft(file, text);
  renameSync(draft, file);
}

/** Puts a file in place unless there is one; of any number of processes that try at once, one succeeds. @throws home_unusable */
export function createPrivate(file: string, text: string): boolean {
  const draft = writeDraft(file, text);
  try {
    linkSync(draft, file); // unlike a rename, this fails when the name is taken
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(draft);
  }
}

// Whole and on disk before it gets its name: nobody ever reads half of it.
function writeDraft(file: string, text: string): string {
  const draft = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}-${shortId(8)}`);
  try {
    const fd = openSync(draft, "wx", 0o600);
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    return draft;
  } catch (error) {
    rmSync(draft, { force: true });
    throw new PreloopError(
      "home_unusable",
      `${file} cannot be written: ${messageOf(error)}; make room, or ${ELSEWHERE}`,
      {
        cause: error,
      },
    );
  }
}
