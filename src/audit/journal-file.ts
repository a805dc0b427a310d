import fs from "node:fs";
import path from "node:path";
import { messageOf, PreloopError } from "#base";
import { type LivenessSocket, openLivenessSocket } from "./liveness-socket.ts";

/** File of one journal, with the liveness socket that says that its writer is there. */
export interface JournalFile {
  readonly path: string;
  /** True from the first line on. */
  readonly isOpen: boolean;
  readonly sizeBytes: number;
  /** Adds lines, all or none; the first make the file, behind what `header` says. @throws audit_broken */
  append(lines: string, header: () => string): void;
  /** Reads from a byte on into the chunk, and says how many bytes; from our own file, even if it was removed. */
  readAt(chunk: Buffer, offset: number): number;
  /** Begins the open file anew with a text. @throws audit_broken */
  replace(text: string): void;
  /** True when somebody removed the file under us. */
  isGone(): boolean;
  /** Closes the socket; the file goes when nobody needs it. */
  close(isNeeded: boolean): void;
}

/** The directory of all journals of a home. */
export function journalDirectory(home: string): string {
  return path.join(home, "journal");
}

/** The file of one writer's journal. */
export function journalPath(directory: string, writer: string): string {
  return path.join(directory, `${writer}.ndjson`);
}

interface Open {
  readonly fd: number;
  readonly liveness: LivenessSocket;
  sizeBytes: number;
  /** Half a line may stand at the end. */
  isTorn: boolean;
}

/** Opens nothing yet: the file comes with the first line. */
export function createJournalFile(directory: string, writer: string): JournalFile {
  const file = journalPath(directory, writer);
  let open: Open | undefined;
  return {
    path: file,
    get isOpen() {
      return open !== undefined;
    },
    get sizeBytes() {
      return open?.sizeBytes ?? 0;
    },
    append(lines, header) {
      asAuditError(file, () => {
        open ??= begin(directory, writer, header());
        appendLines(open, lines);
      });
    },
    readAt: (chunk, offset) => (open ? fs.readSync(open.fd, chunk, 0, chunk.length, offset) : 0),
    replace(text) {
      if (!open) return;
      const fd = asAuditError(file, () => {
        const aside = writeAside(file, text);
        fs.renameSync(`${file}.new`, file); // a death before this leaves the old file, which says the same and more
        return aside;
      });
      fs.closeSync(open.fd);
      open = { ...open, fd, sizeBytes: Buffer.byteLength(text), isTorn: false };
    },
    isGone: () => open !== undefined && fs.fstatSync(open.fd).nlink === 0,
    close(isNeeded) {
      if (!open) return;
      fs.closeSync(open.fd);
      if (!isNeeded) fs.rmSync(file, { force: true });
      open.liveness.close();
      open = undefined;
    },
  };
}

function begin(directory: string, writer: string, header: string): Open {
  const file = journalPath(directory, writer);
  prepareDirectory(directory);
  const fd = writeAside(file, header);
  let liveness: LivenessSocket | undefined;
  try {
    // The socket first: a journal that can be seen without one belongs to a dead writer.
    liveness = openLivenessSocket(directory, writer);
    fs.renameSync(`${file}.new`, file);
  } catch (error) {
    fs.closeSync(fd);
    fs.rmSync(`${file}.new`, { force: true });
    liveness?.close();
    throw error;
  }
  return { fd, liveness, sizeBytes: Buffer.byteLength(header), isTorn: false };
}

function prepareDirectory(directory: string): void {
  // Not `recursive` at once: Node says ENOENT then where a disk is read-only.
  if (!fs.existsSync(path.dirname(directory)))
    fs.mkdirSync(path.dirname(directory), { recursive: true, mode: 0o700 });
  if (!fs.existsSync(directory)) fs.mkdirSync(directory, { mode: 0o700 });
  const stat = fs.lstatSync(directory);
  const isOurs = stat.isDirectory() && (process.getuid === undefined || stat.uid === process.getuid());
  if (!isOurs || (stat.mode & 0o077) !== 0)
    throw new Error(`${directory} must be a directory that only you can enter; run chmod 700 on it`);
}

function writeAside(file: string, text: string): number {
  const { O_RDWR, O_CREAT, O_TRUNC, O_APPEND, O_NOFOLLOW } = fs.constants;
  const fd = fs.openSync(`${file}.new`, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_NOFOLLOW, 0o600);
  try {
    writeWhole(fd, text);
    return fd;
  } catch (error) {
    fs.closeSync(fd);
    fs.rmSync(`${file}.new`, { force: true });
    throw error;
  }
}

/** Lines are there whole or not at all: half of one at the end is dropped by readers, and would spoil the next. */
function appendLines(open: Open, lines: string): void {
  try {
    if (open.isTorn) cutTorn(open);
    open.sizeBytes += writeWhole(open.fd, lines);
  } catch (error) {
    open.isTorn = true;
    try {
      cutTorn(open); // else before the next lines
    } catch {}
    throw error;
  }
}

function cutTorn(open: Open): void {
  fs.ftruncateSync(open.fd, open.sizeBytes);
  open.isTorn = false;
}

function writeWhole(fd: number, text: string): number {
  const length = Buffer.byteLength(text);
  let written = fs.writeSync(fd, text);
  // A nearly full disk takes a part; asking for the rest brings the error that says why.
  if (written < length) {
    const bytes = Buffer.from(text);
    while (written < length) written += fs.writeSync(fd, bytes, written);
  }
  return length;
}

function asAuditError<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new PreloopError(
      "audit_broken",
      `The audit journal ${file} cannot be written: ${messageOf(error)}. Make room or set PRELOOP_HOME to another place.`,
      { cause: error },
    );
  }
}
