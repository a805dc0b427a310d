import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { codeOf, type Log, messageOf } from "#base";
import type { AuditWriterRow, Db } from "#store";
import type { Chain } from "./chain.ts";
import { readLedger } from "./ledger.ts";

/**
 * What this home has seen of one audit: kept outside of the store, so that a store which is emptied, or set back to an
 * earlier state of itself, is found out.
 */
export interface AuditCheckpoint {
  /** Where the store is; another place is another audit. */
  readonly place: string;
  /** The ledger's name for the store. */
  readonly store: string;
  readonly writers: number;
  /** The last record that went there from here. */
  readonly writer: string;
  readonly seq: number;
}

export function checkpointFile(home: string): string {
  return path.join(home, "audit.json");
}

/** A store in the home moves with the home. */
export function storePlaceOf(home: string, db: Db): string {
  return db.kind === "embedded" ? path.relative(home, db.shown) : db.shown;
}

/** Notes what was shipped. Never in the way: a failure is logged, and a mark that was changed stays as it is. */
export function noteCheckpoint(
  parts: { readonly home: string; readonly chain: Chain; readonly log: Log },
  checkpoint: AuditCheckpoint,
) {
  const { home, chain, log } = parts;
  const file = checkpointFile(home);
  try {
    const marks = readCheckpoints(home, chain);
    if (!marks) return;
    const before = marks.find(({ place, store }) => place === checkpoint.place && store === checkpoint.store);
    const next = { ...checkpoint, writers: Math.max(checkpoint.writers, before?.writers ?? 0) };
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, checkpointText(chain, [...marks.filter((each) => each !== before), next]), {
      mode: 0o600,
    });
    renameSync(draft, file);
  } catch (error) {
    log.debug("the home has no mark of the audit", { file, reason: messageOf(error) });
  }
}

/** What the home has seen; undefined when its word was changed. */
export function readCheckpoints(home: string, chain: Chain): readonly AuditCheckpoint[] | undefined {
  try {
    const text = readFileSync(checkpointFile(home), "utf8");
    const { marks } = JSON.parse(text) as { readonly marks: readonly AuditCheckpoint[] };
    return checkpointText(chain, marks) === text ? marks : undefined;
  } catch (error) {
    return codeOf(error) === "ENOENT" ? [] : undefined;
  }
}

function checkpointText(chain: Chain, marks: readonly AuditCheckpoint[]): string {
  return `${JSON.stringify({ marks, seal: chain.homeSeal(JSON.stringify(marks)) }, null, 2)}\n`;
}

/** An audit as the store has it. */
export interface StoredAudit {
  readonly writers: readonly AuditWriterRow[];
  readonly ledger: string | undefined;
}

/** What the home has seen of the audit at a place, and the store does not have. */
export function missedBy(
  { home, marks }: { readonly home: string; readonly marks: readonly AuditCheckpoint[] | undefined },
  place: string,
  stored: StoredAudit,
): string[] {
  const file = checkpointFile(home);
  if (!marks) return [`${file} was changed, or another secret key wrote it`];
  return marks
    .filter((checkpoint) => checkpoint.place === place)
    .flatMap((checkpoint) => missingOf(checkpoint, stored) ?? [])
    .map((problem) => `${problem}; if you began a new store or restored an older dump, remove ${file}`);
}

function missingOf(
  { store, writers, writer, seq }: AuditCheckpoint,
  stored: StoredAudit,
): string | undefined {
  if (stored.ledger === undefined || readLedger(stored.ledger).store !== store)
    return `an audit of ${writers} writers, which this home wrote to, is gone from the store`;
  if (stored.writers.length < writers)
    return `the store had ${writers} writers when this home last wrote to it, and has ${stored.writers.length}`;
  const count = stored.writers.find(({ id }) => id === writer)?.count ?? 0;
  return count < seq
    ? `the store had ${seq} records of ${writer} when this home last wrote to it, and has ${count}`
    : undefined;
}
