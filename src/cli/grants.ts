import type { Command } from "commander";
import { formatDuration } from "#base";
import type { Grant } from "#model";
import { shown, toolTitle } from "./approval-text.ts";
import { grantView } from "./approval-view.ts";
import type { House } from "./house.ts";
import { noteEvent } from "./note-event.ts";
import { jsonText } from "./print-json.ts";
import { tableLines } from "./table.ts";

/** `preloop grants list | revoke`. */
export function registerGrants(program: Command, house: House): void {
  const grants = program.command("grants").description("what may run without asking again");
  grants
    .command("list", { isDefault: true })
    .description("grants that hold, oldest first")
    .option("--all", "ended and revoked ones too")
    .option("--json", "one JSON document")
    .action((options: { readonly all?: boolean; readonly json?: boolean }) => list(house, options));
  grants
    .command("revoke <id>")
    .description("ask again from now on")
    .action((id: string) => revoke(house, id));
}

async function list(
  house: House,
  { all = false, json }: { readonly all?: boolean; readonly json?: boolean },
): Promise<void> {
  const rows = await (await house.deciders()).grants({ all });
  if (json) return house.out.line(jsonText(rows.map(grantView)));
  if (rows.length === 0) return house.out.line(all ? "No grant was given yet." : "No grant holds.");
  const head = ["ID", "COVERS", "TOOL", "FOR", "USES", "GIVEN BY"];
  const now = new Date();
  const cells = rows.map((grant) => [
    grant.id,
    coverage(grant),
    toolTitle(grant),
    lifetime(grant, now),
    String(grant.uses),
    shown(grant.createdBy),
  ]);
  for (const line of tableLines(head, cells)) house.out.line(line);
}

function coverage({ scope, pattern = {} }: Grant): string {
  if (scope === "exact") return "this exact call";
  if (scope === "tool") return "any arguments";
  return shown(
    Object.entries(pattern)
      .map(([name, glob]) => `${name}=${glob}`)
      .join(" "),
  );
}

function lifetime({ revokedAt, sessionId, until, user }: Grant, now: Date): string {
  if (revokedAt) return "revoked";
  const whose = sessionId === undefined ? shown(user) : `session ${sessionId}`;
  if (until === undefined) return whose;
  const ms = until.getTime() - now.getTime();
  return ms > 0 ? `${whose}, ${formatDuration(ms)} more` : "ended";
}

async function revoke(house: House, id: string): Promise<void> {
  const grant = await (await house.deciders()).revokeGrant(id, await house.decider());
  await noteEvent(house, "grant_revoked", { grant: grant.id });
  house.out.line(`${grant.id}  revoked; ${toolTitle(grant)} is asked about again`);
}
