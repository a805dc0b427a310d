import type { Command } from "commander";
import { recordEvent } from "#app";
import type { SessionRecord } from "#approvals";
import type { JsonObject } from "#base";
import { present, shown } from "#views";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import { tableLines } from "../output/table.ts";

/** `preloop sessions list | freeze | thaw`. */
export function registerSessions(program: Command, context: CommandContext): void {
  const sessions = program.command("sessions").description("the agents that are connected");
  sessions
    .command("list", { isDefault: true })
    .description("sessions that live, oldest first")
    .option("--all", "ended ones too")
    .option("--json", "one JSON document")
    .action((options: { readonly all?: boolean; readonly json?: boolean }) => list(context, options));
  sessions
    .command("freeze <id>")
    .description("let a session call nothing more; what it has asked no longer stands")
    .action((id: string) => freeze(context, id));
  sessions
    .command("thaw <id>")
    .description("let a frozen session go on")
    .action((id: string) => thaw(context, id));
}

async function list(
  context: CommandContext,
  { all = false, json }: { readonly all?: boolean; readonly json?: boolean },
): Promise<void> {
  const rows = await (await context.decisions()).sessions({ all });
  if (json) return context.out.line(jsonText(rows.map(sessionView)));
  if (rows.length === 0) return context.out.line(all ? "There was no session yet." : "No session lives.");
  const head = ["ID", "STATE", "CLIENT", "USER", "PROCESS", "DIRECTORY", "APPROVALS"];
  for (const line of tableLines(head, rows.map(sessionCells))) context.out.line(line);
}

function sessionCells(row: SessionRecord): string[] {
  const state = row.frozenAt ? "# frozen" : row.endedAt ? ". ended" : "> live";
  const counts = Object.entries(row.counts).map(([status, count]) => `${count} ${status}`);
  return [
    row.id,
    state,
    shown(`${row.client} ${row.clientVersion}`.trim()),
    shown(row.user),
    `${row.pid} on ${shown(row.host)}${row.address === undefined ? "" : `, from ${shown(row.address)}`}`,
    shown(row.cwd),
    counts.join(", ") || "none",
  ];
}

function sessionView(row: SessionRecord): JsonObject {
  return {
    id: row.id,
    kind: row.kind,
    client: row.client,
    clientVersion: row.clientVersion,
    user: row.user,
    host: row.host,
    pid: row.pid,
    cwd: row.cwd,
    ...present({ address: row.address, isClaimed: row.isClaimed }),
    startedAt: row.startedAt.toISOString(),
    ...present({
      endedAt: row.endedAt?.toISOString(),
      frozenAt: row.frozenAt?.toISOString(),
      frozenBy: row.frozenBy,
    }),
    approvals: { ...row.counts },
  };
}

// An agent that freezes a session only takes from itself; to thaw one is a person's.
async function freeze(context: CommandContext, id: string): Promise<void> {
  const row = await (await context.decisions()).freeze(id, await context.decider());
  await recordEvent(context, "session_frozen", { session: row.id });
  const who = row.isClaimed ? `whoever is at ${shown(row.address ?? "")} without a session of its own` : "it";
  context.out.line(
    `${row.id}  # frozen by ${shown(row.frozenBy ?? "")}; ${who} calls nothing until it is thawed`,
  );
}

async function thaw(context: CommandContext, id: string): Promise<void> {
  await context.refuseInsideAgents("Thawing a session");
  const row = await (await context.decisions()).thaw(id, await context.decider());
  await recordEvent(context, "session_thawed", { session: row.id });
  context.out.line(`${row.id}  > thawed`);
}
