import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Command } from "commander";
import { isJsonObject, PreloopError, readJson } from "#base";
import type { Settings } from "#config";
import type { PolicyInput, ToolTarget } from "#policy";
import type { CommandContext } from "../context.ts";
import type { ExplainOptions } from "./explain.ts";
import { findingLines } from "./policy-text.ts";

/** `preloop policy check | explain | test`. */
export function registerPolicy(program: Command, context: CommandContext): void {
  const policy = program.command("policy").description("look at the rules without running anything");
  policy
    .command("check [file]")
    .description("find rules that can never do what they say; exits with 10 when there are any")
    .option("--tools <file>", 'the tools there are: a JSON list of names like "files__read_file"')
    .option("--live", "ask the configured servers which tools there are")
    .option("--json", "one JSON document")
    .action((file: string | undefined, options: CheckOptions) => check(context, file, options));
  policy
    .command("explain <tool> [arguments]")
    .description(
      'show what each rule says of a call, like: explain files__write_file \'{"path":"a"}\'; or of another request, like: explain resources/read file:///srv/a --server files',
    )
    .option("--client <name>", "the client that calls", "unknown")
    .option("--user <name>", "the user that calls; you, without it")
    .option("--server <name>", "for a method other than tools/call: the server that is asked")
    .option("--annotations <json>", "what the server says of the tool, as JSON", "{}")
    .option("--json", "one JSON document")
    .action(async (tool: string, args: string | undefined, options: ExplainOptions) => {
      const { explain } = await import("./explain.ts");
      await explain(context, await policyInput(context), tool, args, options);
    });
  policy
    .command("test <calls.ndjson> [file]")
    .description(
      "decide recorded calls once more, and show which decisions change; preloop audit export writes the file",
    )
    .option("--json", "one JSON document")
    .action(async (calls: string, file: string | undefined, options: { readonly json?: boolean }) => {
      const { testPolicy } = await import("./test.ts");
      await testPolicy(context, calls, await policyInput(context, file), options);
    });
}

interface CheckOptions {
  readonly tools?: string;
  readonly live?: boolean;
  readonly json?: boolean;
}

async function check(
  context: CommandContext,
  file: string | undefined,
  options: CheckOptions,
): Promise<void> {
  const { checkPolicy } = await import("#policy");
  const input = await policyInput(context, file);
  const findings = checkPolicy(input, await knownTools(context, options));
  const errors = findings.filter(({ level }) => level === "error").length;
  if (options.json) context.out.json({ rules: input.policy.rules.length, findings });
  else for (const line of findingLines(findings, input.policy.rules.length)) context.out.line(line);
  if (errors > 0)
    throw new PreloopError(
      "policy_findings",
      `${errors} ${errors === 1 ? "rule does" : "rules do"} not do what they say`,
    );
}

async function knownTools(
  context: CommandContext,
  options: CheckOptions,
): Promise<readonly ToolTarget[] | undefined> {
  if (options.tools !== undefined) return readTools(options.tools);
  if (!options.live) return undefined;
  const { listLiveTools } = await import("#app");
  return listLiveTools(await context.runtime());
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

// Looking at rules starts nothing, so a file that nobody trusts may be looked at, too.
async function policyInput(context: CommandContext, file?: string): Promise<PolicyInput> {
  const { settings, loaded } = await context.runtime();
  const unread = file ?? (loaded.source.kind === "untrusted" ? loaded.source.path : undefined);
  const { config, where } = unread === undefined ? loaded : await readUntrusted(unread, settings);
  const { localFilesOf } = await import("#config");
  const { policy, approvals, mcpServers: servers } = config;
  return { policy, approvals, servers, where, filesOf: (server) => localFilesOf(servers[server]) };
}

async function readUntrusted(file: string, settings: Settings) {
  const { parseConfig } = await import("#config");
  const shown = path.relative(settings.cwd, path.resolve(settings.cwd, file));
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new PreloopError("config_missing", `No config at ${shown}`, { cause });
  });
  return parseConfig(text, shown, settings.env);
}
