import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Command, Option } from "commander";
import type { AuditReport, AuditSource, ListedEntry } from "#audit";
import { isPreloopError, makeVisible, messageOf, PreloopError } from "#base";
import type { CommandContext, Output } from "../context.ts";
import { count, type FilterOptions, readFilter, withFilters } from "./audit-filter.ts";
import { createAuditTable } from "./audit-table.ts";

/** `preloop audit list | verify | export`. */
export function registerAudit(program: Command, context: CommandContext): void {
  const audit = program.command("audit").description("what was called, by whom, and how it ended");
  withFilters(audit.command("list"))
    .description("the records, oldest first, those not yet shipped included")
    .option("--json", "one JSON document")
    .action((options: ListOptions) => list(context, options));
  audit
    .command("verify")
    .description("check that no record was changed, moved, added or taken away")
    .option("--json", "one JSON document")
    .action((options: { readonly json?: boolean }) => verify(context, options));
  withFilters(audit.command("export [file]"))
    .description("write the records to a file, or to stdout")
    .addOption(new Option("--format <format>").choices(["ndjson", "csv"]).default("ndjson"))
    .action((file: string | undefined, options: ExportOptions) => exportTo(context, file, options));
}

interface ListOptions extends FilterOptions {
  readonly json?: boolean;
}
interface ExportOptions extends FilterOptions {
  readonly format: "ndjson" | "csv";
}

// Whoever pipes a listing wants to search all of it.
const WHOLE = 10_000;

async function list(context: CommandContext, options: ListOptions): Promise<void> {
  const filter = readFilter(options);
  const { listAudit, jsonLine } = await import("#audit");
  const entries = listAudit(await sourceOf(context, { isStoreNeeded: false }), filter);
  if (options.json) return printJson(context.out, entries, jsonLine);
  const table = createAuditTable(context.out.isTty ? context.out.columns : WHOLE);
  let count = 0;
  for await (const entry of entries) {
    if (count++ === 0) context.out.line(table.heading);
    context.out.line(table.row(entry));
  }
  if (count === 0) context.out.line("Nothing is written down yet that fits.");
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

async function verify(context: CommandContext, options: { readonly json?: boolean }): Promise<void> {
  const { verifyAudit } = await import("#audit");
  const report = await verifyAudit(await sourceOf(context, { isStoreNeeded: true }));
  if (options.json) context.out.json(report);
  else for (const line of reportLines(report)) context.out.line(line);
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

async function exportTo(
  context: CommandContext,
  file: string | undefined,
  options: ExportOptions,
): Promise<void> {
  const filter = readFilter(options);
  const { exportAudit, listAudit } = await import("#audit");
  const entries = listAudit(await sourceOf(context, { isStoreNeeded: true }), filter);
  const lines = exportAudit(entries, options.format);
  if (file === undefined) {
    for await (const line of lines) context.out.line(line);
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
  context: CommandContext,
  { isStoreNeeded }: { readonly isStoreNeeded: boolean },
): Promise<AuditSource> {
  const runtime = await context.runtime();
  const { home } = runtime.settings;
  const key = await runtime.key();
  try {
    return { home, key, db: await context.store() };
  } catch (error) {
    if (isStoreNeeded || !isPreloopError(error, "store_unavailable")) throw error;
    context.out.note(`preloop: only this machine's journals are shown. ${makeVisible(error.message).text}`);
    return { home, key };
  }
}
