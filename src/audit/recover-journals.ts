import fs from "node:fs";
import path from "node:path";
import { codeOf, isPreloopError, type Log, messageOf } from "#base";
import type { Db } from "#store";
import type { Chain } from "./chain.ts";
import { noteCheckpoint, storePlaceOf } from "./checkpoint.ts";
import { journalPath } from "./journal-file.ts";
import type { Header } from "./journal-lines.ts";
import { isWriterAlive, livenessSocketName } from "./liveness-socket.ts";
import { closeStart, type JournalItem, readJournal } from "./read-journal.ts";
import { shipBatch } from "./ship.ts";
import type { Anchor, ChainLink } from "./types.ts";

/** Report of a recovery: what was shipped for dead writers. */
export interface RecoveryReport {
  /** Journals shipped whole and removed. */
  readonly journals: number;
  readonly records: number;
}

/** Options of {@link recoverJournals}. */
export interface RecoverJournalsOptions {
  readonly home: string;
  readonly directory: string;
  readonly chain: Chain;
  readonly db: Db;
  readonly log: Log;
  /** Stops after the batch at hand; what is left stays for the next. */
  readonly signal?: AbortSignal;
}

/**
 * Ships what dead writers left. Nothing is claimed first: whether a writer is dead is the kernel's word (see
 * liveness-socket.ts), and two that recover at once write the same records, of which the store takes one set, since the
 * anchor moves once.
 */
export async function recoverJournals(parts: RecoverJournalsOptions): Promise<RecoveryReport> {
  let [journals, records] = [0, 0];
  for (const writer of writersIn(parts.directory)) {
    if (parts.signal?.aborted) break;
    const shipped = await recoverOne(writer, parts).catch((error) => {
      if (isPreloopError(error)) throw error; // the store is out of reach for every journal
      parts.log.warn("an audit journal cannot be read", { writer, reason: messageOf(error) });
    });
    if (shipped === undefined) continue;
    journals++;
    records += shipped;
  }
  return { journals, records };
}

/** The writers that have a journal here, living ones too. */
export function writersIn(directory: string): string[] {
  try {
    return fs.readdirSync(directory).flatMap((name) => /^([\w-]{1,100})\.ndjson$/.exec(name)?.[1] ?? []);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw error;
  }
}

/** Every journal here, and whether its writer is dead. */
export async function recoverableJournals(directory: string) {
  const writers = writersIn(directory);
  return Promise.all(
    writers.map(async (writer) => ({ writer, isDead: !(await isWriterAlive(directory, writer)) })),
  );
}

const BATCH = 500;

/** How many records went to the store; undefined when the journal stays where it is. */
async function recoverOne(writer: string, parts: RecoverJournalsOptions): Promise<number | undefined> {
  if (await isWriterAlive(parts.directory, writer)) return undefined;
  const file = journalPath(parts.directory, writer);
  const ship: Ship = { parts, header: undefined, base: undefined, links: [], inserted: 0 };
  try {
    for (const item of readJournal(file, parts.chain)) {
      const isGoingOn = await take(item, ship, writer);
      if (!isGoingOn) return undefined;
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined; // another process was faster
    throw error;
  }
  removeAll(parts.directory, writer);
  return ship.inserted;
}

interface Ship {
  readonly parts: RecoverJournalsOptions;
  header: Header | undefined;
  base: Anchor | undefined;
  links: ChainLink[];
  inserted: number;
}

/** False when the journal cannot be shipped to its end. */
async function take(item: JournalItem, ship: Ship, writer: string): Promise<boolean> {
  switch (item.kind) {
    case "header":
      ship.header = item.header;
      ship.base = item.header.base;
      return item.header.id === writer || setAside(ship, writer, "it is named for another writer");
    case "record":
      ship.links.push(item.link);
      return ship.links.length < BATCH || send(ship, writer);
    case "fault": {
      const isSent = await send(ship, writer);
      return isSent && setAside(ship, writer, `line ${item.line}: ${item.problem}`);
    }
    case "end": {
      let head = item.head;
      for (const start of item.open) {
        const link = closeStart(ship.parts.chain, head, start);
        ship.links.push(link);
        head = link;
      }
      return send(ship, writer);
    }
  }
}

async function send(ship: Ship, writer: string): Promise<boolean> {
  const { parts, header, base, links } = ship;
  if (parts.signal?.aborted) return false;
  if (!header || !base || links.length === 0) return true;
  const shipped = await shipBatch(parts.db, parts.chain, { writer: header, base, links });
  if (shipped.kind === "elsewhere") {
    // Another store's journal waits for a process that uses that store.
    if (header.store === undefined || header.store === shipped.store)
      parts.log.warn("an audit journal does not fit the store; see preloop audit verify", {
        journal: journalPath(parts.directory, writer),
        storeHas: shipped.reached,
      });
    return false;
  }
  ship.inserted += shipped.inserted;
  ship.base = links.at(-1)!;
  const { store, writers } = shipped;
  noteCheckpoint(parts, {
    place: storePlaceOf(parts.home, parts.db),
    store,
    writers,
    writer,
    seq: ship.base.seq,
  });
  ship.links = [];
  return true;
}

/** Keeps a changed journal for people to look at, under a name that is tried no more. */
function setAside(ship: Ship, writer: string, problem: string): false {
  const { directory, log } = ship.parts;
  const file = journalPath(directory, writer);
  log.error("an audit journal was changed after it was written", { journal: `${file}.broken`, problem });
  fs.renameSync(file, `${file}.broken`);
  return false;
}

function removeAll(directory: string, writer: string): void {
  const file = journalPath(directory, writer);
  for (const each of [`${file}.new`, file, path.join(directory, livenessSocketName(writer))])
    fs.rmSync(each, { force: true });
}
