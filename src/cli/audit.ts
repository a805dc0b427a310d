import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import type { AuditFilter, AuditReport, AuditSource, ListedEntry } from "#audit";
import { isPreloopError, makeVisible, messageOf, PreloopError, parseDuration } from "#base";
import { OUTCOMES, type Outcome } from "#model";
import { createAuditTable } from "./audit-table.ts";
import type { House, Output } from "./house.ts";

/** `preloop audit list | verify | export`. */
export function registerAudit(program: Command, house: House): void {
  const audit = program.command("audit").description("what was called, by whom, and how it ended");
  withFilters(audit.command("list"))
    .description("the records, oldest first, those not yet shipped included")
    .option("--json", "one JSON document")
    .action((options: ListOptions) => list(house, options));
  audit
    .command("verify")
    .description("check that no record was changed, moved, added or taken away")
    .option("--json", "one JSON document")
    .action((options: { readonly json?: boolean }) => verify(house, options));
  withFilters(audit.command("export [file]"))
    .description("write the records to a file, or to stdout")
    .addOption(new Option("--format <format>").choices(["ndjson", "csv"]).default("ndjson"))
    .action((file: string | undefined, options: ExportOptions) => exportTo(house, file, options));
}

interface FilterOptions {
  readonly since?: string;
  readonly tool?: string;
  readonly server?: string;
  readonly session?: string;
  readonly outcome?: Outcome | "event";
  readonly limit?: string;
}
interface ListOptions extends FilterOptions {
  readonly json?: boolean;
}
interface ExportOptions extends FilterOptions {
  readonly format: "ndjson" | "csv";
}

function withFilters(command: Command): Command {
  return command
    .option("--since <when>", "a time (2026-11-23T08:00) or how long ago (90m, 7d)")
    .option("--tool <name>", "a tool, as TOOL or SERVER__TOOL")
    .option("--server <name>", "a server")
    .option("--session <id>", "a session")
    .addOption(new Option("--outcome <outcome>", "how it ended").choices([...OUTCOMES, "event"]))
    .option("--limit <count>", "the newest so many");
}

function readFilter({ since, tool, server, session, outcome, limit }: FilterOptions): AuditFilter {
  return {
    ...(since !== undefined && { since: readSince(since) }),
    ...(tool !== undefined && { tool }),
    ...(server !== undefined && { server }),
    ...(session !== undefined && { session }),
    ...(outcome !== undefined && { outcome }),
    ...(limit !== undefined && { limit: readCount(limit) }),
  };
}

function readSince(text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time;
  return new Date(Date.now() - parseDuration(text));
}

function readCount(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new PreloopError("usage", `--limit ${text} is not a count`);
  return Number(text);
}

// Whoever pipes a listing wants to search all of it.
const WHOLE = 10_000;

async function list(house: House, options: ListOptions): Promise<void> {
  const filter = readFilter(options);
  const { listAudit, jsonLine } = await import("#audit");
  const entries = listAudit(await sourceOf(house, { isStoreNeeded: false }), filter);
  if (options.json) return printJson(house.out, entries, jsonLine);
  const table = createAuditTable(house.out.isTty ? house.out.columns : WHOLE);
  let count = 0;
  for await (const entry of entries) {
    if (count++ === 0) house.out.line(table.heading);
    house.out.line(table.row(entry));
  }
  if (count === 0) house.out.line("Nothing is written down yet that fits.");
}

// One document, written as it is read: an audit may be longer than memory.
async function printJson(
  out: Output,
  entries: AsyncIterable<ListedEntry>,
  jsonLine: (entry: ListedEntry) => string,
): Promise<void> {
  let previous: string | undefined;
  for await (const entry of entries) {
    out.line(previous === undefined ? "[" : `  ${previous},`);
    previous = jsonLine(entry);
  }
  if (previous === undefined) return out.line("[]");
  out.line(`  ${previous}`);
  out.line("]");
}

async function verify(house: House, options: { readonly json?: boolean }): Promise<void> {
  const { verifyAudit } = await import("#audit");
  const report = await verifyAudit(await sourceOf(house, { isStoreNeeded: true }));
  if (options.json) house.out.json(report);
  else for (const line of reportLines(report)) house.out.line(line);
  if (report.findings.length > 0)
    throw new PreloopError(
      "audit_broken",
      `The audit is not as it was written: ${count(report.findings, "finding")}`,
    );
}

function reportLines({ writers, records, journaled, findings }: AuditReport): string[] {
  const scope = `${records} records by ${writers} writers in the store, ${journaled} in journals here`;
  if (findings.length === 0) return [`Intact: ${scope}.`];
  return [
    `Checked ${scope}.`,
    ...findings.map(({ writer, seq, problem }) => {
      const where = [writer && `writer ${writer}`, seq !== undefined && `record ${seq}`]
        .filter(Boolean)
        .join(", ");
      return makeVisible(where ? `${where}: ${problem}` : problem).text;
    }),
  ];
}

function count(items: readonly unknown[], noun: string): string {
  return `${items.length} ${noun}${items.length === 1 ? "" : "s"}`;
}

async function exportTo(house: House, file: string | undefined, options: ExportOptions): Promise<void> {
  const filter = readFilter(options);
  const { exportAudit, listAudit } = await import("#audit");
  const entries = listAudit(await sourceOf(house, { isStoreNeeded: true }), filter);
  const lines = exportAudit(entries, options.format);
  if (file === undefined) {
    for await (const line of lines) house.out.line(line);
    return;
  }
  const target = createWriteStream(file, { flags: "wx", mode: 0o600 });
  try {
    await pipeline(Readable.from(withNewlines(lines)), target);
  } catch (error) {
    throw new PreloopError("usage", `Cannot write ${file}: ${messageOf(error)}`, { cause: error });
  }
}

async function* withNewlines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

/** Where the audit is read. A listing goes on without the store: the journals are there when it is not. */
async function sourceOf(
  house: House,
  { isStoreNeeded }: { readonly isStoreNeeded: boolean },
): Promise<AuditSource> {
  const ground = await house.foundation();
  const { home } = ground.settings;
  const key = await ground.key();
  try {
    return { home, key, db: await house.store() };
  } catch (error) {
    if (isStoreNeeded || !isPreloopError(error, "store_unavailable")) throw error;
    house.out.note(`preloop: only this machine's journals are shown. ${makeVisible(error.message).text}`);
    return { home, key };
  }
}
