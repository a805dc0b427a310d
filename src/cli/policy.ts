import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { isJsonObject, type JsonObject, PreloopError, readJson } from "#base";
import { localUserOf, type Settings } from "#config";
import type { ToolAnnotations, ToolCall } from "#model";
import type { PolicyInput, ToolTarget } from "#policy";
import type { House } from "./house.ts";
import { explanationLines, findingLines } from "./policy-text.ts";

/** Asks the servers themselves which tools there are. */
export type ListTools = (house: House) => Promise<readonly ToolTarget[]>;

/** `preloop policy check | explain | test`. */
export function registerPolicy(program: Command, house: House, listTools?: ListTools): void {
  const policy = program.command("policy").description("look at the rules without running anything");
  policy
    .command("check [file]")
    .description("find rules that can never do what they say; exits with 10 when there are any")
    .option("--tools <file>", 'the tools there are: a JSON list of names like "files__read_file"')
    .option("--live", "ask the configured servers which tools there are")
    .option("--json", "one JSON document")
    .action((file: string | undefined, options: CheckOptions) => check(house, file, options, listTools));
  policy
    .command("explain <tool> [arguments]")
    .description('show what each rule says of a call, like: explain files__write_file \'{"path":"a"}\'')
    .option("--client <name>", "the client that calls", "unknown")
    .option("--user <name>", "the user that calls; you, without it")
    .option("--annotations <json>", "what the server says of the tool, as JSON", "{}")
    .option("--json", "one JSON document")
    .action((tool: string, args: string | undefined, options: ExplainOptions) =>
      explain(house, tool, args ?? "{}", options),
    );
  policy
    .command("test <calls.ndjson> [file]")
    .description(
      "decide recorded calls once more, and show which decisions change; preloop audit export writes the file",
    )
    .option("--json", "one JSON document")
    .action(async (calls: string, file: string | undefined, options: { readonly json?: boolean }) => {
      const { testPolicy } = await import("./policy-test.ts");
      await testPolicy(house, calls, await policyInput(house, file), options);
    });
}

interface CheckOptions {
  readonly tools?: string;
  readonly live?: boolean;
  readonly json?: boolean;
}

async function check(
  house: House,
  file: string | undefined,
  options: CheckOptions,
  listTools?: ListTools,
): Promise<void> {
  const { checkPolicy } = await import("#policy");
  const input = await policyInput(house, file);
  const findings = checkPolicy(input, await knownTools(house, options, listTools));
  const errors = findings.filter(({ level }) => level === "error").length;
  if (options.json) house.out.json({ rules: input.policy.rules.length, findings });
  else for (const line of findingLines(findings, input.policy.rules.length)) house.out.line(line);
  if (errors > 0)
    throw new PreloopError(
      "policy_findings",
      `${errors} ${errors === 1 ? "rule does" : "rules do"} not do what they say`,
    );
}

async function knownTools(
  house: House,
  options: CheckOptions,
  listTools?: ListTools,
): Promise<readonly ToolTarget[] | undefined> {
  if (options.tools !== undefined) return readTools(options.tools);
  if (!options.live) return undefined;
  if (!listTools)
    throw new PreloopError("usage", "This build cannot ask the servers; give their tools with --tools FILE");
  return listTools(house);
}

async function readTools(file: string): Promise<readonly ToolTarget[]> {
  const value = readJson(await readFile(file, "utf8"));
  const names = Array.isArray(value)
    ? value
    : isJsonObject(value) && Array.isArray(value.tools)
      ? value.tools
      : undefined;
  const list = names?.map((item) => (isJsonObject(item) ? item.name : item));
  if (!list?.every((name) => typeof name === "string"))
    throw new PreloopError("usage", `${file} is no list of tool names; write ["files__read_file", …]`);
  const { targetOf } = await import("#policy");
  return (list as string[]).map(targetOf);
}

interface ExplainOptions {
  readonly client: string;
  readonly user?: string;
  readonly annotations: string;
  readonly json?: boolean;
}

async function explain(house: House, tool: string, args: string, options: ExplainOptions): Promise<void> {
  const { explainCall, targetOf } = await import("#policy");
  const input = await policyInput(house);
  const { settings } = await house.foundation();
  const target = targetOf(tool);
  const call: ToolCall = {
    ...target,
    id: "explain",
    session: sessionOf(settings, options),
    args: readObject(args, "The arguments"),
    argsText: args,
    definitionDigest: "",
    annotations: readObject(options.annotations, "--annotations") as ToolAnnotations,
    trusted: input.servers[target.server]?.trustAnnotations === true,
  };
  const explanation = explainCall(input, call, new Date());
  if (options.json) house.out.json(explanation);
  else
    for (const line of explanationLines(call, explanation, target.server in input.servers))
      house.out.line(line);
}

function sessionOf(settings: Settings, { client, user }: ExplainOptions): ToolCall["session"] {
  return {
    id: "explain",
    client,
    clientVersion: "",
    cwd: settings.cwd,
    user: user ?? localUserOf(settings),
  };
}

function readObject(text: string, what: string): JsonObject {
  const value = readOrRefuse(text, what);
  if (!isJsonObject(value))
    throw new PreloopError("usage", `${what} must be a JSON object, like {"path":"a.txt"}`);
  return value;
}

function readOrRefuse(text: string, what: string) {
  try {
    return readJson(text);
  } catch (error) {
    throw new PreloopError("usage", `${what} cannot be read as JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

// Looking at rules starts nothing, so a file that nobody trusts may be looked at, too.
async function policyInput(house: House, file?: string): Promise<PolicyInput> {
  const { settings, loaded } = await house.foundation();
  const unread = file ?? (loaded.source.kind === "untrusted" ? loaded.source.path : undefined);
  const { config, where } = unread === undefined ? loaded : await readUntrusted(unread, settings);
  return { policy: config.policy, approvals: config.approvals, servers: config.mcpServers, where };
}

async function readUntrusted(file: string, settings: Settings) {
  const { parseConfig } = await import("#config");
  const shown = path.relative(settings.cwd, path.resolve(settings.cwd, file));
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new PreloopError("config_missing", `No config at ${shown}`, { cause });
  });
  return parseConfig(text, shown, settings.env);
}
