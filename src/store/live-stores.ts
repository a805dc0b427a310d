import fs from "node:fs";
import path from "node:path";
import { isAlive, type Log, messageOf, shortId } from "#base";

/** Store that a live preloop process uses. The environment that says so may be that process's alone. */
export interface LiveStore {
  readonly pid: number;
  /** `Db.shown`: never holds a password. */
  readonly store: string;
  /** ISO 8601. */
  readonly since: string;
}

/**
 * Notes in `home` which store this process uses, so that a terminal command that would look elsewhere can say so;
 * returns the function that takes the note back. Never in the way: a failure is logged.
 */
export function noteLiveStore(home: string, store: string, log: Log): () => void {
  const file = path.join(folderIn(home), `${process.pid}-${shortId()}.json`);
  const note: LiveStore = { pid: process.pid, store, since: new Date().toISOString() };
  try {
    fs.mkdirSync(folderIn(home), { recursive: true, mode: 0o700 });
    fs.writeFileSync(file, JSON.stringify(note), { mode: 0o600, flag: "wx" });
  } catch (error) {
    log.warn("cannot note this session's store", { file, error: messageOf(error) });
  }
  return () => forget(file);
}

/** The notes of processes that are alive, oldest first; what dead ones left is removed. */
export function readLiveStores(home: string): readonly LiveStore[] {
  return notesIn(folderIn(home))
    .flatMap((file) => {
      const note = readNote(file);
      if (note && isAlive(note.pid)) return [note];
      forget(file);
      return [];
    })
    .sort((a, b) => a.since.localeCompare(b.since));
}

function folderIn(home: string): string {
  return path.join(home, "live");
}

function notesIn(folder: string): readonly string[] {
  try {
    return fs
      .readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

function forget(file: string): void {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // A note that stays names a process that is gone, and is not believed.
  }
}

function readNote(file: string): LiveStore | undefined {
  try {
    const { pid, store, since } = JSON.parse(fs.readFileSync(file, "utf8")) as Partial<LiveStore>;
    return pid && store && since ? { pid, store, since } : undefined;
  } catch {
    return undefined;
  }
}
