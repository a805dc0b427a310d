import type { Command } from "commander";
import type { SessionRow } from "#approvals";
import type { JsonObject } from "#base";
import { shown } from "./approval-text.ts";
import { present } from "./approval-view.ts";
import type { House } from "./house.ts";
import { noteEvent } from "./note-event.ts";
import { jsonText } from "./print-json.ts";
import { tableLines } from "./table.ts";

/** `preloop sessions list | freeze | thaw`. */
export function registerSessions(program: Command, house: House): void {
  const sessions = program.command("sessions").description("the agents that are connected");
  sessions
    .command("list", { isDefault: true })
    .description("sessions that live, oldest first")
    .option("--all", "ended ones too")
    .option("--json", "one JSON document")
    .action((options: { readonly all?: boolean; readonly json?: boolean }) => list(house, options));
  sessions
    .command("freeze <id>")
    .description("let a session call nothing more; what it has asked no longer stands")
    .action((id: string) => freeze(house, id));
  sessions
    .command("thaw <id>")
    .description("let a frozen session go on")
    .action((id: string) => thaw(house, id));
}

async function list(
  house: House,
  { all = false, json }: { readonly all?: boolean; readonly json?: boolean },
): Promise<void> {
  const rows = await (await house.deciders()).sessions({ all });
  if (json) return house.out.line(jsonText(rows.map(sessionView)));
  if (rows.length === 0) return house.out.line(all ? "There was no session yet." : "No session lives.");
  const head = ["ID", "STATE", "CLIENT", "USER", "PROCESS", "DIRECTORY", "APPROVALS"];
  for (const line of tableLines(head, rows.map(sessionCells))) house.out.line(line);
}

function sessionCells(row: SessionRow): string[] {
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

function sessionView(row: SessionRow): JsonObject {
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
async function freeze(house: House, id: string): Promise<void> {
  const row = await (await house.deciders()).freeze(id, await house.decider());
  await noteEvent(house, "session_frozen", { session: row.id });
  const who = row.isClaimed ? `whoever is at ${shown(row.address ?? "")} without a session of its own` : "it";
  house.out.line(
    `${row.id}  # frozen by ${shown(row.frozenBy ?? "")}; ${who} calls nothing until it is thawed`,
  );
}

async function thaw(house: House, id: string): Promise<void> {
  await house.refuseInsideAgents("Thawing a session");
  const row = await (await house.deciders()).thaw(id, await house.decider());
  await noteEvent(house, "session_thawed", { session: row.id });
  house.out.line(`${row.id}  > thawed`);
}
