import type { Command } from "commander";
import type { Db, DumpReport } from "#store";
import type { CommandContext } from "../context.ts";

/** `preloop db`: look at the store, bring it up to date, carry it elsewhere. */
export function registerDb(program: Command, context: CommandContext): void {
  const db = program.command("db").description("the store: its state, its schema, its dumps");
  db.command("status")
    .description("where the store is, what its schema is, how much it holds")
    .option("--json", "one JSON document")
    .action((options: { json?: boolean }) => withStore(context, (store) => status(context, store, options)));
  db.command("migrate")
    .description("bring the store's schema up to this version (every start does this too)")
    .option("--json", "one JSON document")
    .action((options: { json?: boolean }) => withStore(context, (store) => migrate(context, store, options)));
  db.command("dump <file>")
    .description("write every row to a file; compressed when its name ends in .gz")
    .option("--json", "one JSON document")
    .action((file: string, options: { json?: boolean }) => dump(context, file, options));
  db.command("restore <file>")
    .description("fill an empty store from a dump, of an embedded store or a PostgreSQL alike")
    .option("--force", "replace everything the store holds")
    .option("--json", "one JSON document")
    .action((file: string, options: { force?: boolean; json?: boolean }) => restore(context, file, options));
}

/** Opens the store without touching its schema, and closes it. */
async function withStore(context: CommandContext, work: (store: Db) => Promise<void>): Promise<void> {
  const [{ connectStore }, { openHome }, { settings, loaded, log }] = await Promise.all([
    import("#store"),
    import("#config"),
    context.runtime(),
  ]);
  openHome(settings.home);
  const url = settings.databaseUrl ?? loaded.config.store.url;
  const store = await connectStore({ url, home: settings.home, log, applicationName: "preloop db" });
  try {
    await work(store);
  } finally {
    await store.close();
  }
}

async function status({ out }: CommandContext, store: Db, { json }: { json?: boolean }): Promise<void> {
  const { readStoreStatus } = await import("#store");
  const found = await readStoreStatus(store);
  if (json) return out.json(found);
  out.line(`store    ${found.store}`);
  out.line(`server   PostgreSQL ${found.server}${found.kind === "embedded" ? " (embedded)" : ""}`);
  out.line(`size     ${(found.bytes / 1e6).toFixed(1)} MB`);
  out.line(`schema   ${schemaOf(found)}`);
  for (const [table, rows] of Object.entries(found.rows))
    out.line(`rows     ${String(rows).padStart(8)}  ${table}`);
}

function schemaOf({ applied, pending }: { applied: readonly string[]; pending: readonly string[] }): string {
  if (pending.length === 0) return `up to date (${applied.length} migrations)`;
  return `${pending.length} migrations behind: ${pending.join(", ")}; run: preloop db migrate`;
}

async function migrate({ out }: CommandContext, store: Db, { json }: { json?: boolean }): Promise<void> {
  const { migrateStore } = await import("#store");
  const applied = await migrateStore(store);
  if (json) return out.json({ applied });
  for (const name of applied) out.line(`applied  ${name}`);
  if (applied.length === 0) out.line("up to date");
}

async function dump(context: CommandContext, file: string, options: { json?: boolean }): Promise<void> {
  // A dump holds every argument unmasked.
  await context.refuseInsideAgents("preloop db dump");
  await withStore(context, async (store) => {
    const { dumpStore } = await import("#store");
    report(context, `wrote ${file}`, await dumpStore(store, file), options);
  });
}

async function restore(
  context: CommandContext,
  file: string,
  options: { force?: boolean; json?: boolean },
): Promise<void> {
  // Rows carry approvals, grants and the audit: an agent could write itself a yes.
  await context.refuseInsideAgents("preloop db restore");
  await withStore(context, async (store) => {
    const { restoreStore } = await import("#store");
    const restored = await restoreStore(store, file, { force: options.force === true });
    report(context, `restored ${file}`, restored, options);
  });
}

function report(
  { out }: CommandContext,
  done: string,
  { tables }: DumpReport,
  { json }: { json?: boolean },
): void {
  if (json) {
    out.json({ tables });
    return;
  }
  const total = Object.values(tables).reduce((sum, rows) => sum + rows, 0);
  out.line(`${done}: ${total} rows of ${Object.keys(tables).length} tables`);
}
