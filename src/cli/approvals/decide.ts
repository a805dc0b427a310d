import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { recordEvent } from "#app";
import { type DecideInput, type GrantRequest, hopelessWord, missingWord, talliesOf } from "#approvals";
import { isPreloopError, messageOf, PreloopError } from "#base";
import { type Approval, GRANT_SCOPES, type GrantScope } from "#model";
import { lifetimeOf, shown, toolTitle, wholeView } from "#views";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import {
  argumentsLine,
  DIGEST_SHOWN,
  editedLines,
  isEdited,
  seenPrefix,
  statusWithVotes,
} from "./approval-text.ts";
import { exposureOf } from "./redaction.ts";

interface ApproveOptions {
  readonly args?: string;
  readonly grant?: GrantScope;
  readonly pattern?: readonly string[];
  readonly for?: string;
  readonly reason?: string;
  readonly seen?: string;
  readonly json?: boolean;
}

/** `preloop approvals approve | deny`. */
export function registerDecisions(approvals: Command, context: CommandContext): void {
  approvals
    .command("approve <id>")
    .description("let one call run, once")
    .option("--args <file>", "run these arguments instead: a JSON file, - for standard input")
    .addOption(new Option("--grant <what>", "also let later calls run without asking").choices(GRANT_SCOPES))
    .option(
      "--pattern <name=glob...>",
      "for --grant pattern: an argument and what it may be; * is any harmless text",
    )
    .option("--for <time>", "how long the grant holds: session, or a time like 1h", "session")
    .option("--reason <text>", "a note that is kept with the decision")
    .option(
      "--seen <digest>",
      "the digest that show prints for arguments that a person edited, or its beginning: you have read them",
    )
    .option("--json", "one JSON document")
    .action((id: string, options: ApproveOptions) => approve(context, id, options));
  approvals
    .command("deny <id>")
    .description("do not let a call run")
    .requiredOption("--reason <text>", "why, and what to do instead; the agent reads it")
    .option("--json", "one JSON document")
    .action((id: string, options: { readonly reason: string; readonly json?: boolean }) =>
      deny(context, id, options),
    );
}

async function approve(context: CommandContext, id: string, options: ApproveOptions): Promise<void> {
  await context.refuseInsideAgents("Approving");
  const grant = grantRequest(options);
  const args = options.args === undefined ? undefined : await readArguments(options.args);
  const { reason } = options;
  const refuse = async (asked: Approval) => {
    if (args === undefined) await refuseUnread(context, asked, options);
  };
  const approval = await decide(context, refuse, {
    id,
    verdict: "approve",
    ...(grant && { grant }),
    ...(args !== undefined && { args }),
    ...(reason !== undefined && { reason }),
    onUnchecked: (parts) => {
      for (const part of parts) context.out.note(`not checked: ${shown(part)}`);
    },
  });
  if (options.json) return printWhole(context, approval);
  context.out.line(`${approval.id}  ${statusWithVotes(approval)}  ${toolTitle(approval)}`);
  context.out.line(`  ┊ ${argumentsLine(approval, await exposureOf(context))}`);
  for (const line of approvedNotes(approval)) context.out.line(line);
}

function approvedNotes(approval: Approval): string[] {
  if (approval.status === "pending") {
    const tallies = talliesOf(approval);
    const hopeless = hopelessWord(tallies);
    return [
      `It needs ${shown(missingWord(tallies))}.`,
      ...(hopeless === undefined ? [] : [`⚠ ${shown(hopeless)}`]),
    ];
  }
  return approval.parkedAt ? ["Its agent was told to call again; the call runs when it does."] : [];
}

async function deny(
  context: CommandContext,
  id: string,
  { reason, json }: { readonly reason: string; readonly json?: boolean },
): Promise<void> {
  const approval = await decide(context, async () => {}, { id, verdict: "deny", reason });
  if (json) return printWhole(context, approval);
  context.out.line(`${approval.id}  ${statusWithVotes(approval)}  ${toolTitle(approval)}: ${shown(reason)}`);
}

/** Arguments that another person put there need a yes from somebody who has read them. @throws decision_refused */
async function refuseUnread(
  context: CommandContext,
  asked: Approval,
  { seen, json }: ApproveOptions,
): Promise<void> {
  const { id, status, effectiveDigest } = asked;
  if (status !== "pending" || (seen === undefined && !isEdited(asked))) return;
  if (seen !== undefined && seen.length >= DIGEST_SHOWN && effectiveDigest.startsWith(seen.toLowerCase()))
    return;
  if (!json) for (const line of editedLines(asked, await exposureOf(context))) context.out.line(line);
  const why =
    seen === undefined
      ? "were edited by a person after the agent asked"
      : `are not those of "${shown(seen)}"`;
  throw new PreloopError(
    "decision_refused",
    `Nothing was decided: the arguments of ${id} ${why}. Read them ("preloop approvals show ${id}"), then repeat with --seen ${seenPrefix(asked)}`,
    { data: { approvalId: id } },
  );
}

/** Votes for what is there now; a refused vote is written down. */
async function decide(
  context: CommandContext,
  refuse: (asked: Approval) => Promise<void>,
  input: Omit<DecideInput, "decider">,
): Promise<Approval> {
  const decisions = await context.decisions();
  const asked = await decisions.get(input.id);
  const { id, effectiveDigest } = asked;
  try {
    await refuse(asked);
    return await decisions.decide({
      ...input,
      id,
      decider: await context.decider(),
      seenDigest: effectiveDigest,
    });
  } catch (error) {
    if (isPreloopError(error, "decision_refused"))
      await recordEvent(context, "decision_refused", { approval: id, why: error.message });
    throw error;
  }
}

async function printWhole(context: CommandContext, approval: Approval): Promise<void> {
  context.out.line(jsonText(wholeView(approval, await exposureOf(context))));
}

async function readArguments(file: string): Promise<string> {
  try {
    return file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  } catch (error) {
    throw new PreloopError("usage", `Cannot read the arguments: ${messageOf(error)}`, { cause: error });
  }
}

function grantRequest({ grant, pattern, for: time = "session" }: ApproveOptions): GrantRequest | undefined {
  if (!grant) {
    if (pattern) throw new PreloopError("usage", "--pattern belongs to --grant pattern");
    return undefined;
  }
  if ((grant === "pattern") !== (pattern !== undefined))
    throw new PreloopError("usage", "--grant pattern and --pattern NAME=GLOB belong together");
  return { scope: grant, ...(pattern && { pattern: readPattern(pattern) }), lifetime: lifetimeOf(time) };
}

function readPattern(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new PreloopError("usage", `"${pair}" is no pattern; write one like path=/src/*`);
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
