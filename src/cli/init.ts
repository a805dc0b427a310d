import type { Command } from "commander";
import { type Json, PreloopError } from "#base";
import type { InitPlan, ProposedRule, UndoneFile } from "#onboarding";
import { confirm } from "./confirm.ts";
import { doctor } from "./doctor.ts";
import type { House } from "./house.ts";
import { launchOf, machineInfoOf, targetOf } from "./init-ground.ts";
import { jsonText } from "./print-json.ts";
import { VERSION } from "./version.ts";

interface InitOptions {
  readonly client?: string;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `preloop init | undo | doctor`. */
export function registerInit(program: Command, house: House): void {
  program
    .command("init")
    .description("put preloop in front of the servers your MCP clients have; shows a plan first")
    .option("--client <name>", "only this client")
    .option("--yes", "do what the plan says without asking")
    .option("--dry-run", "show the plan, start and change nothing")
    .option("--json", "one JSON document")
    .action((options: InitOptions) => init(house, options));
  program
    .command("undo")
    .description(
      "take back what init did: every byte where nothing changed since, else only preloop's own keys",
    )
    .option("--json", "one JSON document")
    .action((options: { readonly json?: boolean }) => undo(house, options.json === true));
  program
    .command("doctor")
    .description(
      "check the store, every server, the clients and the ways around preloop; exits with 10 when something is broken",
    )
    .option("--json", "one JSON document")
    .action((options: { readonly json?: boolean }) =>
      doctor(house, program.opts<{ config?: string }>().config, options.json === true),
    );
}

async function init(house: House, options: InitOptions): Promise<void> {
  await house.refuseInsideAgents("Moving a client's servers");
  const { settings, loaded } = await house.foundation();
  const { applyPlan, planInit, planLines, readConfigBytes, scanClients } = await import("#onboarding");
  const machine = machineInfoOf(settings);
  const configFile = targetOf(settings, machine);
  const plan = await planInit({
    scan: await scanClients(machine, options.client),
    configFile,
    configBytes: readConfigBytes(configFile),
    config: loaded.config,
    launch: launchOf(settings),
  });
  if (!options.json) for (const line of planLines(plan)) house.out.line(line);
  if (!options.json) tellNotes(house, plan, settings.source.kind, settings.env.DATABASE_URL);
  if (plan.moves.length === 0 || options.dryRun)
    return finish(house, options, { plan, rules: [], applied: false });
  if (!options.yes) await agree("Move them? This also starts them once to see their tools.");
  const rules = await propose(house, options, plan);
  const record = applyPlan(plan, rules, { home: settings.home, now: new Date() });
  finish(house, options, { plan, rules, applied: true, id: record.id });
}

function tellNotes({ out }: House, plan: InitPlan, source: string, databaseUrl: string | undefined): void {
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
async function propose(house: House, options: InitOptions, plan: InitPlan): Promise<readonly ProposedRule[]> {
  const { askServers, configAfter, proposalLines, proposeRules } = await import("#onboarding");
  const { parseConfig } = await import("#config");
  const { credentialsFor } = await import("./servers.ts");
  const ground = await house.foundation();
  const { settings } = ground;
  const text = configAfter(plan, []).bytes.toString("utf8");
  const { config } = parseConfig(text, plan.config.path, settings.env);
  const fresh = Object.fromEntries(
    Object.entries(config.mcpServers).filter(([name]) => Object.hasOwn(plan.additions.servers, name)),
  );
  const asked = await askServers(fresh, {
    baseEnv: settings.env,
    credentials: (server) => credentialsFor(ground, server),
    version: VERSION,
    timeoutMs: 60_000,
  });
  const rules = [...asked].flatMap(([name, answer]) =>
    answer.kind === "up" ? proposeRules(name, answer.tools) : [],
  );
  if (!options.json) for (const line of proposalLines(rules, asked)) house.out.line(line);
  const passes = rules.some(({ action }) => action === "allow");
  if (options.yes || !passes || (await confirm("Let the reads pass without a question?"))) return rules;
  return rules.filter(({ action }) => action !== "allow");
}

interface Result {
  readonly plan: InitPlan;
  readonly rules: readonly ProposedRule[];
  readonly applied: boolean;
  readonly id?: string;
}

function finish({ out }: House, options: InitOptions, { plan, rules, applied, id }: Result): void {
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

async function undo(house: House, json: boolean): Promise<void> {
  await house.refuseInsideAgents("Taking preloop out of a client's config");
  const { readSettings } = await import("#config");
  const { undoChanges, undoneLines } = await import("#onboarding");
  // The config may be what is broken, and undo must still work.
  const { home } = readSettings({ env: process.env, cwd: process.cwd() });
  const done: readonly UndoneFile[] = await undoChanges(home);
  if (json) house.out.line(jsonText({ files: done.map((file) => ({ ...file })) }));
  else for (const line of undoneLines(done)) house.out.line(line);
  if (!json && done.length === 0) house.out.line("There is nothing to take back.");
  const refused = done.filter(({ outcome }) => outcome === "refused").length;
  if (refused > 0)
    throw new PreloopError(
      "init_refused",
      `${refused} of ${done.length} files were left as they are; mend them and run undo again`,
    );
}
