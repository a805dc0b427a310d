import type { Command } from "commander";
import { recordEvent } from "#app";
import { type Json, PreloopError } from "#base";
import type { Approval, ApprovalStatus } from "#model";
import { approvalView, wholeView } from "#views";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import { approvalDetail, approvalTable } from "./approval-text.ts";
import { registerDecisions } from "./decide.ts";
import { openInBrowser } from "./open.ts";
import { exposureOf, maskingOf } from "./redaction.ts";
import { watchApprovals } from "./watch.ts";

const JSON_OPTION = ["--json", "one JSON document"] as const;

/** `preloop approvals`: what agents ask, and what people answer. */
export function registerApprovals(program: Command, context: CommandContext): void {
  const approvals = program
    .command("approvals")
    .description("what agents ask; in a terminal, the full-screen view")
    .action(() => openUiOrList(context));
  approvals
    .command("list")
    .description("what waits for a decision, oldest first")
    .option("--all", "decided and ended ones too, the newest 500 of them")
    .option("--limit <count>", "the newest so many")
    .option("--before <id>", "only those that were asked before this one")
    .option(...JSON_OPTION)
    .action((options: ListOptions) => list(context, options));
  approvals
    .command("show <id>")
    .description("all about one approval")
    .option("--reveal", "show secrets in the arguments; this is written down")
    .option(...JSON_OPTION)
    .action((id: string, options: ShowOptions) => show(context, id, options));
  registerDecisions(approvals, context);
  approvals
    .command("open <id>")
    .description("serve the page where one approval is decided, once, in a browser on this machine")
    .option("--json", "one JSON document with the page's address, then one with the approval")
    .action((id: string, options: { readonly json?: boolean }) => openInBrowser(context, id, options));
  approvals
    .command("watch")
    .description("print what is asked and what becomes of it, as it happens")
    .option("--json", "one JSON document per line")
    .action((options: { readonly json?: boolean }) => watchApprovals(context, options));
}

interface ListOptions {
  readonly all?: boolean;
  readonly limit?: string;
  readonly before?: string;
  readonly json?: boolean;
}

interface ShowOptions {
  readonly reveal?: boolean;
  readonly json?: boolean;
}

async function openUiOrList(context: CommandContext): Promise<void> {
  if (!context.out.isTty || !process.stdin.isTTY) return list(context, {});
  await context.refuseInsideAgents("Deciding on approvals");
  const { runApprovalsTui } = await import("#tui");
  const { settings, log } = await context.runtime();
  const { env } = settings;
  await runApprovalsTui({
    decisions: await context.decisions(),
    decider: await context.decider(),
    stdin: process.stdin,
    stdout: process.stdout,
    noColor: Boolean(env.NO_COLOR),
    screenReader: env.INK_SCREEN_READER === "true",
    insideTmux: Boolean(env.TMUX),
    editor: (env.VISUAL || env.EDITOR || "vi").split(/\s+/).filter(Boolean),
    masking: await maskingOf(context),
    onReveal: ({ id }) => recordEvent(context, "approval_revealed", { approval: id }),
    onEvent: (kind, facts) => recordEvent(context, kind, facts),
    log,
  });
}

async function list(context: CommandContext, options: ListOptions): Promise<void> {
  const { all, json, limit, before } = options;
  const pending: readonly ApprovalStatus[] = ["pending"];
  const page = {
    ...(limit !== undefined && { limit: readLimit(limit) }),
    ...(before !== undefined && { before }),
  };
  const decisions = await context.decisions();
  const approvals = await decisions.list({ ...(!all && { status: pending }), ...page });
  const exposure = await exposureOf(context);
  if (json)
    return printJson(
      context,
      approvals.map((approval) => approvalView(approval, exposure)),
    );
  if (approvals.length === 0)
    return context.out.line(all ? "Nothing was asked yet." : "Nothing waits for a decision.");
  // A pipe has no width to respect.
  const columns = context.out.isTty ? context.out.columns : Number.POSITIVE_INFINITY;
  const layout = { columns, now: new Date() };
  for (const line of approvalTable(approvals, exposure, layout)) context.out.line(line);
}

const MOST = 10_000;

function readLimit(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= MOST) return Number(text);
  throw new PreloopError("usage", `--limit ${text} is not a count up to ${MOST}`);
}

async function show(
  context: CommandContext,
  id: string,
  { reveal = false, json }: ShowOptions,
): Promise<void> {
  if (reveal) await context.refuseInsideAgents("Showing secrets");
  const decisions = await context.decisions();
  const approval = await decisions.get(id);
  if (reveal) await noteReveal(context, approval);
  const exposure = await exposureOf(context, reveal);
  if (json) return printJson(context, wholeView(approval, exposure));
  const history = await decisions.history(approval);
  for (const line of approvalDetail(approval, history, exposure, new Date())) context.out.line(line);
}

// Nobody sees a secret before it is written down that they did; from then on their yes may be taken.
async function noteReveal(context: CommandContext, approval: Approval): Promise<void> {
  await recordEvent(context, "approval_revealed", { approval: approval.id });
  await (await context.decisions()).revealed(approval, await context.decider());
}

function printJson(context: CommandContext, value: Json): void {
  context.out.line(jsonText(value));
}
