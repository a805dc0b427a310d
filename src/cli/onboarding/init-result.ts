import type { Json } from "#base";
import type { InitPlan, ProposedRule } from "#onboarding";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import type { InitOptions } from "./init-options.ts";

interface Result {
  readonly plan: InitPlan;
  readonly rules: readonly ProposedRule[];
  readonly applied: boolean;
  readonly id?: string;
}

/** Shows what init did or would do, for people or as JSON. */
export function showInit(
  { out }: CommandContext,
  options: InitOptions,
  { plan, rules, applied, id }: Result,
): void {
  if (options.json) {
    out.line(jsonText(planJson({ plan, rules, applied, ...(id !== undefined && { id }) })));
    return;
  }
  for (const line of closingLines(plan.moves.length, applied)) out.line(line);
}

function closingLines(moved: number, applied: boolean): readonly string[] {
  if (moved === 0) return ["Nothing to move."];
  if (!applied) return ["Nothing was started or changed."];
  return [
    `Done: ${moved} ${moved === 1 ? "server stands" : "servers stand"} behind preloop. Restart your clients, and keep open: preloop approvals`,
    "The rules are a proposal: look them over in the config. preloop doctor checks, preloop undo takes all back.",
  ];
}

// Names of variables and headers, never their values; commands with what looks like a secret masked.
function planJson({ plan, rules, applied, id }: Result): Json {
  return {
    applied,
    ...(id !== undefined && { change: id }),
    config: plan.config.path,
    moves: plan.moves.map(({ file, from, to, server, shown, dropped }) => ({
      client: file.client.id,
      file: file.path,
      scope: file.scope,
      server: from,
      as: to,
      runs: shown,
      env: Object.keys(server.env ?? {}),
      headers: Object.keys(server.headers ?? {}),
      dropped,
    })),
    stays: plan.stays.map(({ file, name, reason }) => ({
      client: file.client.id,
      file: file.path,
      server: name,
      reason,
    })),
    unreadable: plan.broken.map(({ client, path, reason }) => ({ client: client.id, file: path, reason })),
    rules: rules.map((rule) => ({ ...rule })),
  };
}
