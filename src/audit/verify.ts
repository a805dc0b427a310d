import fs from "node:fs";
import {
  type AuditRow,
  type AuditWriterRow,
  type Db,
  listAuditChain,
  listMissedSessions,
  readAuditAnchors,
} from "#store";
import { type Chain, createChain } from "./chain.ts";
import {
  type AuditCheckpoint,
  missedBy,
  readCheckpoints,
  type StoredAudit,
  storePlaceOf,
} from "./checkpoint.ts";
import type { AuditSource } from "./entries.ts";
import { journalDirectory, journalPath } from "./journal-file.ts";
import { isSealed, readLedger, sumOf } from "./ledger.ts";
import { readJournal } from "./read-journal.ts";
import { writersIn } from "./recover-journals.ts";
import { recordColumnsOf } from "./ship.ts";

/** Finding of a verification: one thing that is not as it was written. */
export interface AuditFinding {
  /** Missing where the set of writers itself was changed. */
  readonly writer?: string;
  /** The first record concerned. */
  readonly seq?: number;
  readonly problem: string;
}

export interface AuditReport {
  readonly writers: number;
  readonly records: number;
  /** Records in this machine's journals, some of which the store may have already. */
  readonly journaled: number;
  readonly findings: readonly AuditFinding[];
}

/**
 * Checks every chain in the store, the ledger over them, what sessions and this home know of them, and this machine's
 * journals. It finds a record that was edited, moved, added or taken away, a tail cut off, a writer removed, and an
 * audit that was emptied or set back to an earlier state of itself. It cannot find the unshipped end of a dead process's
 * journal cut off, an emptied audit once the sessions and this home's checkpoint are gone, too, nor the work of someone
 * who holds the secret key.
 */
export async function verifyAudit({ db, home, key }: AuditSource): Promise<AuditReport> {
  const chain = createChain(key);
  const findings: AuditFinding[] = [];
  // First, for what the home has seen the store had before.
  const checkpoints = readCheckpoints(home, chain);
  const { ledger, writers } = db ? await readAuditAnchors(db) : { ledger: undefined, writers: [] };
  let records = 0;
  // Chains only grow, so each may be read up to its anchor of a moment ago, a page at a time.
  for (const writer of db ? writers : []) records += await verifyWriter(db!, chain, writer, findings);
  const unfit = verifyLedger(chain, ledger, writers);
  findings.push(...unfit);
  // A ledger that fits may still be another one, or none.
  if (db && unfit.length === 0)
    findings.push(...(await verifyWitnesses({ db, home, checkpoints }, { ledger, writers })));
  const journaled = verifyJournals(home, chain, findings, db && { writers, ledger });
  return { writers: writers.length, records, journaled, findings };
}

const PAGE = 1_000;
const MAX_FINDINGS = 20;

async function verifyWriter(
  db: Db,
  chain: Chain,
  { id, head, count }: AuditWriterRow,
  findings: AuditFinding[],
): Promise<number> {
  const found: AuditFinding[] = [];
  let previous = chain.genesis(id);
  let reached = previous; // the last record up to the anchor; a living writer may have more by now
  let total = 0;
  for (let isMore = true; isMore; ) {
    const page = await listAuditChain(db, id, { after: previous.seq, limit: PAGE });
    isMore = page.length === PAGE;
    for (const row of page) {
      found.push(...verifyRow(chain, previous, row));
      previous = row; // go on from what the row claims, so that one edit is one finding
      if (row.seq <= count) reached = row;
      total++;
    }
  }
  const lost = count - reached.seq;
  if (lost > 0)
    found.push({
      writer: id,
      seq: reached.seq + 1,
      problem: `the last ${lost} of ${count} records are missing`,
    });
  else if (reached.hash !== head)
    found.push({ writer: id, seq: count, problem: "the last record is not the one the anchor names" });
  findings.push(...summed(found, "in this writer's records", id));
  return total;
}

function verifyRow(
  chain: Chain,
  previous: { readonly seq: number; readonly hash: string },
  row: AuditRow,
): AuditFinding[] {
  const about = (problem: string, seq = row.seq): AuditFinding => ({ writer: row.writer, seq, problem });
  if (row.seq !== previous.seq + 1) {
    const [first, last] = [previous.seq + 1, row.seq - 1];
    return [
      about(first === last ? "the record is missing" : `records ${first} to ${last} are missing`, first),
    ];
  }
  if (chain.next(previous.hash, row.body) !== row.hash) return [about("the record was edited or moved")];
  const columns = recordColumnsOf(row.body);
  const wrong = (Object.keys(columns) as (keyof typeof columns)[]).filter(
    (name) => columns[name] !== row[name],
  );
  return wrong.length > 0 ? [about(`its ${wrong.join(" and ")} does not match the record's text`)] : [];
}

// With another key nothing fits; a thousand findings would say no more than the first.
function summed(found: readonly AuditFinding[], where: string, writer?: string): AuditFinding[] {
  if (found.length <= MAX_FINDINGS) return [...found];
  const problem = `and ${found.length - MAX_FINDINGS} more findings ${where}`;
  return [...found.slice(0, MAX_FINDINGS), { ...(writer !== undefined && { writer }), problem }];
}

function verifyLedger(
  chain: Chain,
  text: string | undefined,
  writers: readonly AuditWriterRow[],
): AuditFinding[] {
  if (text === undefined)
    return writers.length > 0 ? [{ problem: "the ledger over all writers is missing" }] : [];
  const ledger = readLedger(text);
  if (!isSealed(chain, ledger))
    return [{ problem: "the ledger over all writers was changed, or another secret key wrote it" }];
  if (ledger.writers !== writers.length)
    return [{ problem: `the ledger names ${ledger.writers} writers, and ${writers.length} are there` }];
  const anchors = writers.map(({ id, head, count }) => ({ writer: id, seq: count, hash: head }));
  return sumOf(chain, anchors) === ledger.sum
    ? []
    : [{ problem: "the ledger does not fit the writers: one of their anchors was set to another place" }];
}

/** What others remember of the audit: its sessions, and this home. */
async function verifyWitnesses(
  {
    db,
    home,
    checkpoints,
  }: { readonly db: Db; readonly home: string; readonly checkpoints: readonly AuditCheckpoint[] | undefined },
  stored: StoredAudit,
): Promise<readonly AuditFinding[]> {
  const sessions = (await listMissedSessions(db)).map(({ id, audited, count }) => ({
    writer: id,
    seq: count + 1,
    problem: `the session knows of ${audited} records, and ${count} are there`,
  }));
  const homes = missedBy({ home, checkpoints }, storePlaceOf(home, db), stored).map((problem) => ({
    problem,
  }));
  return [...summed(sessions, "of this kind"), ...homes];
}

function verifyJournals(
  home: string,
  chain: Chain,
  findings: AuditFinding[],
  stored: StoredAudit | undefined,
): number {
  const directory = journalDirectory(home);
  let records = 0;
  for (const writer of writersIn(directory)) {
    const file = journalPath(directory, writer);
    if (!fs.existsSync(file)) continue; // shipped meanwhile
    for (const item of readJournal(file, chain)) {
      if (item.kind === "record") records++;
      if (item.kind === "fault")
        findings.push({
          writer,
          seq: item.seq,
          problem: `journal ${file}, line ${item.line}: ${item.problem}`,
        });
      if (item.kind === "header" && stored && isAhead(item.header, stored))
        findings.push({
          writer,
          seq: item.header.base.seq,
          problem: `journal ${file} goes on from record ${item.header.base.seq}, which the store does not have`,
        });
    }
  }
  for (const name of brokenIn(directory))
    findings.push({
      writer: name.replace(/\..*/, ""),
      problem: `journal ${directory}/${name} was changed and set aside`,
    });
  return records;
}

function isAhead(
  header: { readonly id: string; readonly base: { readonly seq: number }; readonly store?: string },
  { writers, ledger }: StoredAudit,
): boolean {
  const isOfThisStore = ledger !== undefined && readLedger(ledger).store === header.store;
  return isOfThisStore && (writers.find(({ id }) => id === header.id)?.count ?? 0) < header.base.seq;
}

function brokenIn(directory: string): string[] {
  return fs.existsSync(directory) ? fs.readdirSync(directory).filter((name) => name.endsWith(".broken")) : [];
}
