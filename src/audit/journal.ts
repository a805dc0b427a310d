import fs from "node:fs";
import path from "node:path";
import { createInFlight, messageOf, PreloopError } from "#base";
import type { Chain } from "./chain.ts";
import type { RecordDraft } from "./draft.ts";
import { type CallState, formatHeader, formatRecord, formatStart, type Start } from "./journal-lines.ts";
import { type LivenessSocket, openLivenessSocket } from "./liveness-socket.ts";
import type { Anchor, ChainLink, Writer } from "./types.ts";

/** A writer's own file: what has happened, before the store knows. */
export interface Journal {
  readonly path: string;
  /** The last record written. */
  readonly head: Anchor;
  readonly sizeBytes: number;
  /** Writes all of them in one go or none, records at the end of the chain. @throws audit_broken */
  write(entries: readonly JournalEntry[]): void;
  /** Reads from a byte on into the chunk, and says how many bytes; from our own file, even if it was removed. */
  readAt(chunk: Buffer, offset: number): number;
  /** Begins the file anew with what the store lacks: open calls, and the records after `base`. */
  rotate(base: Anchor, store: string | undefined, rest: readonly ChainLink[]): void;
  /** True when somebody removed the file under us. */
  isGone(): boolean;
  /** Ends the sign of life; the file stays for a later process when it still says something. */
  close(isShipped: boolean): void;
}

/** One thing to write down: how far a call has come, or a whole record. */
export type JournalEntry =
  | { readonly kind: "start"; readonly state: CallState; readonly draft: RecordDraft }
  /** `callId` names the call that the record closes. */
  | { readonly kind: "record"; readonly body: string; readonly callId?: string };

export function journalDirectory(home: string): string {
  return path.join(home, "journal");
}

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
export function createJournal(home: string, writer: Writer, chain: Chain): Journal {
  if (!/^[\w-]{1,100}$/.test(writer.id))
    throw new PreloopError("internal", `"${writer.id}" cannot name a journal`);
  const directory = journalDirectory(home);
  const file = journalPath(directory, writer.id);
  const calls = createInFlight<string, Omit<Start, "number">>();
  let base = chain.genesis(writer.id);
  let head = base;
  let starts = 0;
  let open: Open | undefined;

  const header = (store?: string) => formatHeader(chain, { ...writer, base, ...(store && { store }) });

  function append(lines: string): void {
    open ??= begin();
    appendLines(open, lines);
  }

  function begin(): Open {
    prepareDirectory(directory);
    const text = header();
    const fd = writeAside(file, text);
    let liveness: LivenessSocket | undefined;
    try {
      // Life first: a journal that can be seen without one belongs to a dead writer.
      liveness = openLivenessSocket(directory, writer.id);
      fs.renameSync(`${file}.new`, file);
    } catch (error) {
      fs.closeSync(fd);
      fs.rmSync(`${file}.new`, { force: true });
      liveness?.close();
      throw error;
    }
    return { fd, liveness, sizeBytes: Buffer.byteLength(text), isTorn: false };
  }

  return {
    path: file,
    get head() {
      return head;
    },
    get sizeBytes() {
      return open?.sizeBytes ?? 0;
    },
    write(entries) {
      let at: Anchor = head;
      let number = starts;
      let lines = "";
      for (const entry of entries)
        if (entry.kind === "start") {
          const { state, draft } = entry;
          lines += formatStart(chain, at.hash, { number: ++number, state, draft });
        } else {
          const link = { seq: at.seq + 1, hash: chain.next(at.hash, entry.body), body: entry.body };
          lines += formatRecord(link);
          at = link;
        }
      asAuditError(file, () => append(lines));
      head = { seq: at.seq, hash: at.hash };
      starts = number;
      for (const entry of entries)
        if (entry.kind === "start") calls.set(entry.draft.callId, entry);
        else if (entry.callId !== undefined) calls.take(entry.callId);
    },
    readAt: (chunk, offset) => (open ? fs.readSync(open.fd, chunk, 0, chunk.length, offset) : 0),
    rotate(newBase, store, rest) {
      if (!open) return;
      base = newBase;
      const begun = calls
        .values()
        .map(({ state, draft }, index) => formatStart(chain, base.hash, { number: index + 1, state, draft }));
      const text = [header(store), ...begun, ...rest.map(formatRecord)].join("");
      const fd = asAuditError(file, () => {
        const aside = writeAside(file, text);
        fs.renameSync(`${file}.new`, file); // a death before this leaves the old file, which says the same and more
        return aside;
      });
      fs.closeSync(open.fd);
      open = { ...open, fd, sizeBytes: Buffer.byteLength(text), isTorn: false };
      starts = begun.length;
    },
    isGone: () => open !== undefined && fs.fstatSync(open.fd).nlink === 0,
    close(isShipped) {
      if (!open) return;
      fs.closeSync(open.fd);
      if (isShipped && calls.size === 0) fs.rmSync(file, { force: true });
      open.liveness.close();
      open = undefined;
    },
  };
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
