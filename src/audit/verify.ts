import { type AuditWriterRow, type Db, listMissedSessions, readAuditAnchors } from "#store";
import { type Chain, createChain } from "./chain.ts";
import {
  type AuditCheckpoint,
  missedBy,
  readCheckpoints,
  type StoredAudit,
  storePlaceOf,
} from "./checkpoint.ts";
import type { AuditSource } from "./entries.ts";
import { isSealed, readLedger, sumOf } from "./ledger.ts";
import { verifyJournals } from "./verify-journals.ts";
import { type AuditFinding, summed, verifyWriter } from "./verify-writer.ts";

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
