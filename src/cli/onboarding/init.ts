import type { Command } from "commander";
import { PreloopError, VERSION } from "#base";
import type { InitPlan, ProposedRule, UndoneFile } from "#onboarding";
import type { CommandContext } from "../context.ts";
import { confirm } from "../output/confirm.ts";
import { jsonText } from "../output/json.ts";
import { doctor } from "./doctor.ts";
import type { InitOptions } from "./init-options.ts";
import { showInit } from "./init-result.ts";
import { machineInfoOf, preloopCommand, userConfigFile } from "./machine.ts";

/** `preloop init | undo | doctor`. */
export function registerInit(program: Command, context: CommandContext): void {
  program
    .command("init")
    .description("put preloop in front of the servers your MCP clients have; shows a plan first")
    .option("--client <name>", "only this client")
    .option("--yes", "do what the plan says without asking")
    .option("--dry-run", "show the plan, start and change nothing")
    .option("--json", "one JSON document")
    .action((options: InitOptions) => init(context, options));
  program
    .command("undo")
    .description(
      "take back what init did: every byte where nothing changed since, else only preloop's own keys",
    )
    .option("--json", "one JSON document")
    .action((options: { readonly json?: boolean }) => undo(context, options.json === true));
  program
    .command("doctor")
    .description(
      "check the store, every server, the clients and the ways around preloop; exits with 10 when something is broken",
    )
    .option("--json", "one JSON document")
    .action((options: { readonly json?: boolean }) =>
      doctor(context, program.opts<{ config?: string }>().config, options.json === true),
    );
}

async function init(context: CommandContext, options: InitOptions): Promise<void> {
  await context.refuseInsideAgents("Moving a client's servers");
  const { settings, loaded } = await context.runtime();
  const { applyPlan, planInit, planLines, readConfigBytes, scanClients } = await import("#onboarding");
  const machine = machineInfoOf(settings);
  const configFile = userConfigFile(settings, machine);
  const plan = await planInit({
    scan: await scanClients(machine, options.client),
    configFile,
    configBytes: readConfigBytes(configFile),
    config: loaded.config,
    launch: preloopCommand(settings),
  });
  if (!options.json) for (const line of planLines(plan)) context.out.line(line);
  if (!options.json) tellNotes(context, plan, settings.source.kind, settings.env.DATABASE_URL);
  if (plan.moves.length === 0 || options.dryRun)
    return showInit(context, options, { plan, rules: [], applied: false });
  if (!options.yes) await agree("Move them? This also starts them once to see their tools.");
  const rules = await propose(context, options, plan);
  const record = applyPlan(plan, rules, { home: settings.home, now: new Date() });
  showInit(context, options, { plan, rules, applied: true, id: record.id });
}

function tellNotes(
  { out }: CommandContext,
  plan: InitPlan,
  source: string,
  databaseUrl: string | undefined,
): void {
  if (plan.moves.length === 0) return;
  if (source === "project" || source === "untrusted")
    out.note("Your own config will come before this project's preloop.config.json, which is then not used.");
  if (databaseUrl !== undefined && databaseUrl === process.env.DATABASE_URL)
    out.note(
      "DATABASE_URL is set here and will not be for your clients: put it into an .env beside preloop's config.",
    );
}

async function agree(question: string): Promise<void> {
  if (!(await confirm(question))) throw new PreloopError("init_refused", "Nothing was changed");
}

/** Asks the servers for their tools and a person about the rules that would let calls pass. */
async function propose(
  context: CommandContext,
  options: InitOptions,
  plan: InitPlan,
): Promise<readonly ProposedRule[]> {
  const { askServers, configAfter, proposalLines, proposeRules } = await import("#onboarding");
  const { parseConfig } = await import("#config");
  const { credentialsFor } = await import("#app");
  const runtime = await context.runtime();
  const { settings } = runtime;
  const text = configAfter(plan, []).bytes.toString("utf8");
  const { config } = parseConfig(text, plan.config.path, settings.env);
  const fresh = Object.fromEntries(
    Object.entries(config.mcpServers).filter(([name]) => Object.hasOwn(plan.additions.servers, name)),
  );
  const asked = await askServers(fresh, {
    baseEnv: settings.env,
    credentials: (server) => credentialsFor(runtime, server),
    version: VERSION,
    timeoutMs: 60_000,
  });
  const rules = [...asked].flatMap(([name, answer]) =>
    answer.kind === "up" ? proposeRules(name, answer.tools) : [],
  );
  if (!options.json) for (const line of proposalLines(rules, asked)) context.out.line(line);
  const passes = rules.some(({ action }) => action === "allow");
  if (options.yes || !passes || (await confirm("Let the reads pass without a question?"))) return rules;
  return rules.filter(({ action }) => action !== "allow");
}

async function undo(context: CommandContext, json: boolean): Promise<void> {
  await context.refuseInsideAgents("Taking preloop out of a client's config");
  const { readSettings } = await import("#config");
  const { undoChanges, undoneLines } = await import("#onboarding");
  // The config may be what is broken, and undo must still work.
  const { home } = readSettings({ env: process.env, cwd: process.cwd() });
  const done: readonly UndoneFile[] = await undoChanges(home);
  if (json) context.out.line(jsonText({ files: done.map((file) => ({ ...file })) }));
  else for (const line of undoneLines(done)) context.out.line(line);
  if (!json && done.length === 0) context.out.line("There is nothing to take back.");
  const refused = done.filter(({ outcome }) => outcome === "refused").length;
  if (refused > 0)
    throw new PreloopError(
      "init_refused",
      `${refused} of ${done.length} files were left as they are; mend them and run undo again`,
    );
}
