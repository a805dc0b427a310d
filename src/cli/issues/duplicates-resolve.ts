import { type Command, Option } from "commander";
import { isJsonObject, type JsonObject, makeVisible, PreloopError, visibleLines } from "#base";
import type { Resolution } from "#search";
import type { Db, IssueRow } from "#store";
import { shown } from "#views";
import { type Agent, startAgent } from "../agent.ts";
import type { CommandContext, Output } from "../context.ts";
import { findStoredIssue } from "./find-stored-issue.ts";

const WAYS = ["close", "link", "merge", "dismiss"] as const satisfies readonly Resolution[];

/** `preloop duplicates resolve DUPLICATE ORIGINAL --as …`. */
export function registerResolve(duplicates: Command, context: CommandContext): void {
  duplicates
    .command("resolve <duplicate> <original>")
    .description("link, close or merge a duplicate at its tracker, once approved; or dismiss the pair")
    .addOption(new Option("--as <way>", "what becomes of the duplicate").choices(WAYS).makeOptionMandatory())
    .action((duplicate: string, original: string, flags: { readonly as: Resolution }) =>
      resolve(context, { duplicate, original, way: flags.as }),
    );
}

interface Wish {
  readonly duplicate: string;
  readonly original: string;
  readonly way: Resolution;
}

async function resolve(context: CommandContext, { duplicate, original, way }: Wish): Promise<void> {
  const { dismissPair, resolutionCalls } = await import("#search");
  const db: Db = await context.store();
  const [newer, older] = [await findStoredIssue(db, duplicate), await findStoredIssue(db, original)];
  if (newer.rowId === older.rowId)
    throw new PreloopError("usage", `${shown(duplicate)} and ${shown(original)} are one issue`);
  if (way === "dismiss") {
    await dismissPair(db, { older, newer }, await context.decider());
    return context.out.line(`${nameOf(newer)} and ${nameOf(older)} are kept apart from now on.`);
  }
  const agent = await openOwnSession(context);
  try {
    for (const call of resolutionCalls({ older, newer }, way))
      await carryOut({ ...call }, agent, context.out);
  } finally {
    await agent.close();
  }
}

/** A session of its own, so that each step passes policy, approval and audit as any agent's call does. */
async function openOwnSession(context: CommandContext): Promise<Agent> {
  const { settings } = await context.runtime();
  const { source } = settings;
  const [node, program] = [process.execPath, process.argv[1]!];
  const config = source.kind === "named" ? ["--config", source.path] : [];
  return startAgent({
    command: [node, program, ...config],
    env: process.env,
    onStderr: (text) => context.out.note(text.trimEnd()),
    name: "preloop-duplicates",
  });
}

async function carryOut(args: JsonObject, agent: Agent, out: Output): Promise<void> {
  out.note(`update_issue of ${shown(String(args.issue))}: if policy asks, decide with preloop approvals`);
  for (;;) {
    const result = await agent.call("update_issue", args);
    // Parked: it was not executed, and the same call takes it up again.
    if (statusOf(result) === "waiting" || statusOf(result) === "pending") continue;
    const text = textOf(result);
    if (result.isError === true) throw new PreloopError("call_denied", makeVisible(text).text);
    out.line(visibleLines(text).lines[0] ?? "");
    return;
  }
}

function statusOf({ _meta }: JsonObject): unknown {
  const call = isJsonObject(_meta) ? _meta["preloop/call"] : undefined;
  return isJsonObject(call) ? call.status : undefined;
}

function textOf({ content }: JsonObject): string {
  const [first] = Array.isArray(content) ? content : [];
  return isJsonObject(first) && typeof first.text === "string" ? first.text : "";
}

function nameOf({ tracker, key }: IssueRow): string {
  return shown(`${tracker}:${key}`);
}
