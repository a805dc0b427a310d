import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import type { ApprovalDecisions } from "#approvals";
import { type JsonObject, PreloopError, silentLog } from "#base";
import type { Approval } from "#model";
import { type Agent, startAgent } from "../agent.ts";
import type { CommandContext, Output } from "../context.ts";
import { say, sayResult, showCard } from "./demo-text.ts";
import { askForKey } from "./key.ts";
import { type Stage, setStage } from "./stage.ts";

export function registerDemo(program: Command, context: CommandContext): void {
  program
    .command("demo")
    .description("show the main job, end to end, on this machine")
    .action(() => runDemo(context.out));
}

/** The main job on a throw-away stage: a read that passes, a write that waits for you, a secret that stays. */
async function runDemo(out: Output): Promise<void> {
  const stage = await setStage();
  const errors: string[] = [];
  out.line(
    "A scripted agent uses a real filesystem server through preloop. Its folder and its store are temporary.",
  );
  let agent: Agent | undefined;
  let store: DemoStore | undefined;
  try {
    agent = await startAgent({
      command: [process.execPath, process.argv[1]!],
      env: environmentFor(stage),
      onStderr: (text) => errors.push(text),
      name: "demo-agent",
    });
    store = await openDemoStore(stage);
    await allowedCall(agent, out);
    await askedCall(agent, store.decisions, stage, out);
    await deniedCall(agent, out);
    await agent.close();
    await showAudit(stage, out);
  } catch (error) {
    for (const text of errors) out.note(text.trimEnd());
    throw error;
  } finally {
    await agent?.close();
    await store?.close();
    await stage.clear();
  }
}

function environmentFor(stage: Stage): Record<string, string | undefined> {
  const { DATABASE_URL: _url, SECRET_KEY: _key, ...env } = process.env;
  return { ...env, PRELOOP_HOME: stage.home, PRELOOP_CONFIG: stage.config };
}

interface DemoStore {
  readonly decisions: ApprovalDecisions;
  close(): Promise<void>;
}

// The decider is another process in real use; here it is this one, on the same store.
async function openDemoStore({ home }: Stage): Promise<DemoStore> {
  const [{ openStore }, { createApprovalDecisions }] = await Promise.all([
    import("#store"),
    import("#approvals"),
  ]);
  const db = await openStore({ home, log: silentLog });
  return { decisions: createApprovalDecisions({ db }), close: () => db.close() };
}

async function allowedCall(agent: Agent, out: Output): Promise<void> {
  say(out, "agent", "files__read_text_file notes.md");
  sayResult(out, await expectCall(agent, { path: "notes.md" }, "passed"));
  say(out, "preloop", 'the rule "reads" allowed it: no question asked');
  out.line();
}

// A demo that narrates what did not happen would be worse than none.
async function expectCall(agent: Agent, args: JsonObject, what: "passed" | "refused"): Promise<JsonObject> {
  const result = await agent.call("files__read_text_file", args);
  if ((result.isError === true) !== (what === "refused"))
    throw new PreloopError("internal", `The call should have been ${what}: ${JSON.stringify(result)}`);
  return result;
}

async function askedCall(
  agent: Agent,
  decisions: ApprovalDecisions,
  stage: Stage,
  out: Output,
): Promise<void> {
  say(out, "agent", "files__write_file notes.md");
  const answer = agent.call("files__write_file", { path: "notes.md", content: "Ship on Monday.\n" });
  const approval = await nextPending(decisions);
  showCard(out, approval);
  const verdict = await askForKey(out);
  await decisions.decide({
    id: approval.id,
    decider: "demo",
    verdict,
    seenDigest: approval.effectiveDigest,
    ...(verdict === "deny" && { reason: "Not on a Monday." }),
  });
  say(out, "you", verdict === "approve" ? "approved once" : "denied: Not on a Monday.");
  sayResult(out, await answer);
  say(out, "disk", `notes.md says: ${(await readFile(path.join(stage.folder, "notes.md"), "utf8")).trim()}`);
  out.line();
}

async function deniedCall(agent: Agent, out: Output): Promise<void> {
  say(out, "agent", "files__read_text_file .env");
  sayResult(out, await expectCall(agent, { path: ".env" }, "refused"));
  say(out, "preloop", 'the rule "secrets" denied it: the server never heard of it');
  out.line();
}

async function showAudit(stage: Stage, out: Output): Promise<void> {
  const { execa } = await import("execa");
  const env = { ...environmentFor(stage), COLUMNS: String(out.columns - 11) };
  for (const args of [
    ["audit", "list"],
    ["audit", "verify"],
  ]) {
    say(out, "shell", `$ preloop ${args.join(" ")}`);
    const preloop = [process.argv[1]!, ...args];
    const { stdout } = await execa(process.execPath, preloop, { env, extendEnv: false, lines: true });
    for (const line of stdout) out.line(`         │ ${line}`);
  }
}

async function nextPending(decisions: ApprovalDecisions): Promise<Approval> {
  const until = Date.now() + 30_000;
  while (Date.now() < until) {
    const [approval] = await decisions.list({ status: ["pending"] });
    if (approval) return decisions.get(approval.id);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new PreloopError("internal", "The demo's approval did not appear within 30 s");
}
