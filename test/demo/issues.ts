import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { createApprovalDecisions } from "#approvals";
import { type JsonObject, silentLog, visibleLines } from "#base";
import type { Approval, ListedApproval } from "#model";
import { type Db, openStore } from "#store";
import { type Agent, startAgent } from "../../src/cli/agent.ts";
import { askForKey } from "../../src/cli/demo/key.ts";
import { startGitHub } from "../trackers/servers/github.ts";
import { PROJECT, SHOP } from "./shop.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Shows the issue tools on a tracker of this machine: what is synced is found, a second report of the same is not
 * created, a poor issue is scored and improved, and the better text waits for a person before it is written.
 */
export async function showIssueTools(folder: string, bin: string): Promise<void> {
  const tracker = await startGitHub({ seed: SHOP, isChecked: false });
  const home = path.join(folder, "home");
  const config = path.join(folder, "preloop.config.json");
  const { url, token } = tracker;
  await writeFile(
    config,
    JSON.stringify({
      trackers: { shop: { type: "github", url, token, projects: [PROJECT] } },
      embeddings: { provider: "builtin" },
      llm: { provider: "none" },
    }),
  );
  const env = environmentOf(home, config);
  line("A scripted agent works on the issues of a tracker that runs on this machine only.\n");
  let agent: Agent | undefined;
  let db: Db | undefined;
  try {
    await shell(bin, ["sync"], env);
    const errors = (text: string) => void process.stderr.write(text);
    agent = await startAgent({ command: [process.execPath, bin], env, onStderr: errors, name: "demo-agent" });
    db = await openStore({ home, log: silentLog });
    await findIt(agent);
    await reportItAgain(agent);
    const better = await improveIt(agent);
    await updateIt(agent, better, db);
    await agent.close();
    await shell(bin, ["audit", "verify"], env);
  } finally {
    await agent?.close();
    await db?.close();
    await tracker.close();
  }
}

async function findIt(agent: Agent): Promise<void> {
  await ask(agent, "search", { query: "cannot pay in Safari", limit: 2 });
}

async function reportItAgain(agent: Agent): Promise<void> {
  const draft = {
    project: PROJECT,
    title: "Pay now button has no effect in Safari",
    description: "A click on Pay now does nothing in Safari 17. It works in Chrome.",
  };
  const { created } = (await ask(agent, "create_issue", draft)) as { created?: boolean };
  if (created !== false) throw new Error("The second report should not have been created");
  say("preloop", "nothing was created, and nobody had to be asked\n");
}

async function improveIt(agent: Agent): Promise<JsonObject> {
  const issue = `${PROJECT}#3`;
  await ask(agent, "estimate_compliance", { issues: [issue] });
  const { suggested_updates } = await ask(agent, "improve_compliance", { issues: [issue] });
  return (suggested_updates as readonly { arguments: JsonObject }[])[0]!.arguments;
}

async function updateIt(agent: Agent, better: JsonObject, db: Db): Promise<void> {
  say("agent", `update_issue ${JSON.stringify(better)}`);
  const answer = agent.call("update_issue", better);
  const deciders = createApprovalDecisions({ db });
  const { id } = await nextPending(() => deciders.list({ status: ["pending"] }));
  const approval = await deciders.get(id);
  showCard(approval);
  const verdict = await askForKey({ isTty: process.stdout.isTTY === true, line: (text = "") => line(text) });
  await deciders.decide({
    id: approval.id,
    decider: "demo",
    verdict,
    seenDigest: approval.effectiveDigest,
    ...(verdict === "deny" && { reason: "Ask the reporter first." }),
  });
  say("you", verdict === "approve" ? "approved once" : "denied: Ask the reporter first.");
  tell(await answer);
}

/** Calls a tool and tells what it answered. */
async function ask(agent: Agent, tool: string, args: JsonObject): Promise<JsonObject> {
  say("agent", `${tool} ${JSON.stringify(args)}`);
  const result = await agent.call(tool, args);
  tell(result);
  if (result.isError === true) throw new Error(`${tool} failed`);
  return (result.structuredContent ?? {}) as JsonObject;
}

async function nextPending(list: () => Promise<readonly ListedApproval[]>): Promise<ListedApproval> {
  for (const until = Date.now() + 30_000; Date.now() < until; ) {
    const [approval] = await list();
    if (approval) return approval;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("The demo's approval did not appear within 30 s");
}

function showCard({ id, tool, risk, effectiveArgs }: Approval): void {
  line(`\n  ┌ approval ${id} · preloop › ${tool} · risk ${risk}`);
  for (const text of visibleLines(JSON.stringify(JSON.parse(effectiveArgs), null, 2)).lines)
    line(`  │ ${text}`);
  line("  └ asked because: it writes to your tracker\n");
}

const MOST_LINES = 16;

function tell(result: JsonObject): void {
  const [content] = result.content as readonly { readonly text: string }[];
  const { lines } = visibleLines(content!.text.trim());
  for (const text of lines.slice(0, MOST_LINES)) say("agent", `← ${text}`);
  if (lines.length > MOST_LINES) say("agent", `← (and ${lines.length - MOST_LINES} lines more)`);
  line();
}

function shell(bin: string, args: readonly string[], env: Environment): Promise<void> {
  say("shell", `$ preloop ${args.join(" ")}`);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    child.on("error", reject);
    child.on("close", (status) => {
      for (const one of text.trimEnd().split("\n")) line(`         │ ${one}`);
      line();
      if (status === 0) resolve();
      else reject(new Error(`preloop ${args.join(" ")} ended with status ${status}`));
    });
  });
}

// Neither the agent's markers nor a database of this terminal's have a say in a demo.
function environmentOf(home: string, config: string): Environment {
  const { DATABASE_URL: _url, SECRET_KEY: _key, ...env } = process.env;
  return { ...env, PRELOOP_HOME: home, PRELOOP_CONFIG: config, COLUMNS: "100", LOG_LEVEL: "WARNING" };
}

function say(who: string, text: string): void {
  line(`${who.padStart(8)} │ ${text}`);
}

function line(text = ""): void {
  process.stdout.write(`${text}\n`);
}
