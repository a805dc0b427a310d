import type { Command } from "commander";
import { recordEvent } from "#app";
import { formatDuration } from "#base";
import type { Grant } from "#model";
import { grantView, SCOPE_VIEWS, shown, toolTitle } from "#views";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import { tableLines } from "../output/table.ts";

/** `preloop grants list | revoke`. */
export function registerGrants(program: Command, context: CommandContext): void {
  const grants = program.command("grants").description("what may run without asking again");
  grants
    .command("list", { isDefault: true })
    .description("grants that hold, oldest first")
    .option("--all", "ended and revoked ones too")
    .option("--json", "one JSON document")
    .action((options: { readonly all?: boolean; readonly json?: boolean }) => list(context, options));
  grants
    .command("revoke <id>")
    .description("ask again from now on")
    .action((id: string) => revoke(context, id));
}

async function list(
  context: CommandContext,
  { all = false, json }: { readonly all?: boolean; readonly json?: boolean },
): Promise<void> {
  const rows = await (await context.decisions()).grants({ all });
  if (json) return context.out.line(jsonText(rows.map(grantView)));
  if (rows.length === 0) return context.out.line(all ? "No grant was given yet." : "No grant holds.");
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
  for (const line of tableLines(head, cells)) context.out.line(line);
}

function coverage({ scope, pattern = {} }: Grant): string {
  const { line } = SCOPE_VIEWS[scope];
  if (line !== undefined) return line;
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

async function revoke(context: CommandContext, id: string): Promise<void> {
  const grant = await (await context.decisions()).revokeGrant(id, await context.decider());
  await recordEvent(context, "grant_revoked", { grant: grant.id });
  context.out.line(`${grant.id}  revoked; ${toolTitle(grant)} is asked about again`);
}
