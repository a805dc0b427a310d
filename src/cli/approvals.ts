import type { Command } from "commander";
import { type Json, PreloopError } from "#base";
import type { Approval, ApprovalStatus } from "#model";
import { approvalDetail, approvalTable } from "./approval-text.ts";
import { approvalView, wholeView } from "./approval-view.ts";
import { registerDecisions } from "./approvals-decide.ts";
import { openInBrowser } from "./approvals-open.ts";
import { watchApprovals } from "./approvals-watch.ts";
import type { House } from "./house.ts";
import { noteEvent } from "./note-event.ts";
import { jsonText } from "./print-json.ts";
import { maskingOf, seeingOf } from "./seeing.ts";

const JSON_OPTION = ["--json", "one JSON document"] as const;

/** `preloop approvals`: what agents ask, and what people answer. */
export function registerApprovals(program: Command, house: House): void {
  const approvals = program
    .command("approvals")
    .description("what agents ask; in a terminal, the full-screen view")
    .action(() => faceOrList(house));
  approvals
    .command("list")
    .description("what waits for a decision, oldest first")
    .option("--all", "decided and ended ones too, the newest 500 of them")
    .option("--limit <count>", "the newest so many")
    .option("--before <id>", "only those that were asked before this one")
    .option(...JSON_OPTION)
    .action((options: ListOptions) => list(house, options));
  approvals
    .command("show <id>")
    .description("all about one approval")
    .option("--reveal", "show secrets in the arguments; this is written down")
    .option(...JSON_OPTION)
    .action((id: string, options: ShowOptions) => show(house, id, options));
  registerDecisions(approvals, house);
  approvals
    .command("open <id>")
    .description("serve the page where one approval is decided, once, in a browser on this machine")
    .option("--json", "one JSON document with the page's address, then one with the approval")
    .action((id: string, options: { readonly json?: boolean }) => openInBrowser(house, id, options));
  approvals
    .command("watch")
    .description("print what is asked and what becomes of it, as it happens")
    .option("--json", "one JSON document per line")
    .action((options: { readonly json?: boolean }) => watchApprovals(house, options));
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

async function faceOrList(house: House): Promise<void> {
  if (!house.out.isTty || !process.stdin.isTTY) return list(house, {});
  await house.refuseInsideAgents("Deciding on approvals");
  const { runApprovalsTui } = await import("#tui");
  const { settings, log } = await house.foundation();
  const { env } = settings;
  await runApprovalsTui({
    decisions: await house.deciders(),
    decider: await house.decider(),
    stdin: process.stdin,
    stdout: process.stdout,
    noColor: Boolean(env.NO_COLOR),
    screenReader: env.INK_SCREEN_READER === "true",
    insideTmux: Boolean(env.TMUX),
    editor: (env.VISUAL || env.EDITOR || "vi").split(/\s+/).filter(Boolean),
    masking: await maskingOf(house),
    onReveal: ({ id }) => noteEvent(house, "approval_revealed", { approval: id }),
    onEvent: (kind, facts) => noteEvent(house, kind, facts),
    log,
  });
}

async function list(house: House, options: ListOptions): Promise<void> {
  const { all, json, limit, before } = options;
  const pending: readonly ApprovalStatus[] = ["pending"];
  const page = {
    ...(limit !== undefined && { limit: readLimit(limit) }),
    ...(before !== undefined && { before }),
  };
  const decisions = await house.deciders();
  const approvals = await decisions.list({ ...(!all && { status: pending }), ...page });
  const seeing = await seeingOf(house);
  if (json)
    return printJson(
      house,
      approvals.map((approval) => approvalView(approval, seeing)),
    );
  if (approvals.length === 0)
    return house.out.line(all ? "Nothing was asked yet." : "Nothing waits for a decision.");
  // A pipe has no width to respect.
  const columns = house.out.isTty ? house.out.columns : Number.POSITIVE_INFINITY;
  const layout = { columns, now: new Date() };
  for (const line of approvalTable(approvals, seeing, layout)) house.out.line(line);
}

const MOST = 10_000;

function readLimit(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text) && Number(text) <= MOST) return Number(text);
  throw new PreloopError("usage", `--limit ${text} is not a count up to ${MOST}`);
}

async function show(house: House, id: string, { reveal = false, json }: ShowOptions): Promise<void> {
  if (reveal) await house.refuseInsideAgents("Showing secrets");
  const decisions = await house.deciders();
  const approval = await decisions.get(id);
  if (reveal) await noteReveal(house, approval);
  const seeing = await seeingOf(house, reveal);
  if (json) return printJson(house, wholeView(approval, seeing));
  const history = await decisions.history(approval);
  for (const line of approvalDetail(approval, history, seeing, new Date())) house.out.line(line);
}

// Nobody sees a secret before it is written down that they did; from then on their yes may be taken.
async function noteReveal(house: House, approval: Approval): Promise<void> {
  await noteEvent(house, "approval_revealed", { approval: approval.id });
  await (await house.deciders()).revealed(approval, await house.decider());
}

function printJson(house: House, value: Json): void {
  house.out.line(jsonText(value));
}
