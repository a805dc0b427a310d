import fs from "node:fs";
import type { Chain } from "./chain.ts";
import type { StoredAudit } from "./checkpoint.ts";
import { journalDirectory, journalPath } from "./journal-file.ts";
import { readLedger } from "./ledger.ts";
import { readJournal } from "./read-journal.ts";
import { writersIn } from "./recover-journals.ts";
import type { AuditFinding } from "./verify-writer.ts";

/** Checks this machine's journals; returns how many records are in them. */
export function verifyJournals(
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
