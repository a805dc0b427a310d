import path from "node:path";
import type { Command } from "commander";
import { codeOf, makeVisible, PreloopError } from "#base";
import type { Settings, Starts } from "#config";
import { confirm } from "./confirm.ts";
import type { House } from "./house.ts";

/** `preloop trust [FILE]`. */
export function registerTrust(program: Command, house: House): void {
  program
    .command("trust [file]")
    .description("accept a project's config file as it is now; shows what it would start first")
    .option("--yes", "accept without asking")
    .action((file: string | undefined, options: { readonly yes?: boolean }) =>
      trust(house, file, options.yes === true),
    );
}

async function trust(house: House, named: string | undefined, yes: boolean): Promise<void> {
  await house.refuseInsideAgents("Trusting a config");
  const { trustFile, trustOf, whatStarts } = await import("#config");
  const { settings } = await house.foundation();
  const file = fileOf(settings, named);
  const starts = readOrMissing(file, () => whatStarts(settings, file));
  for (const line of startLines(starts)) house.out.line(line);
  if (trustOf(settings.home, file, starts.seen.bytes) === "trusted")
    return house.out.line("You trust this file as it is.");
  if (!yes && !(await confirm("Trust this file?")))
    throw new PreloopError("config_untrusted", `${file} stays untrusted`);
  trustFile(settings, file, starts.seen);
  house.out.line("Trusted. Any change to the file, or to the .env beside it, asks anew.");
}

function fileOf({ cwd, source }: Settings, named: string | undefined): string {
  if (named !== undefined) return path.resolve(cwd, named);
  if (source.kind === "none")
    throw new PreloopError(
      "config_missing",
      "There is no config here to trust; name one: preloop trust FILE",
    );
  return source.path;
}

function readOrMissing(file: string, read: () => Starts): Starts {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    throw new PreloopError("config_missing", `No config at ${file}`, { cause: error });
  }
}

/** What a file would set loose, in words that cannot hide anything. */
function startLines({ file, config, envNames }: Starts): string[] {
  const lines = [`${file} would start or reach:`];
  for (const [name, server] of Object.entries(config.mcpServers)) {
    const command = [server.command, ...(server.args ?? [])].map((word) => quote(word ?? ""));
    const off = server.disabled ? " (disabled)" : "";
    lines.push(`  ${name}${off}: ${server.url === undefined ? command.join(" ") : server.url}`);
    if (server.cwd !== undefined) lines.push(`    in ${quote(server.cwd)}`);
    for (const [key, value] of Object.entries(server.env ?? {}))
      lines.push(`    with ${key}=${quote(value)}`);
    for (const [key, value] of Object.entries(server.headers ?? {}))
      lines.push(`    with the header ${key}: ${value}`);
    if (server.trustAnnotations) lines.push("    and believes what it says of its own tools");
  }
  if (Object.keys(config.mcpServers).length === 0) lines.push("  nothing");
  lines.push(`Its policy: ${config.policy.default} by default, and in this order`);
  for (const { name, action, tool, when } of config.policy.rules)
    lines.push(
      `  ${action} ${[tool].flat().join(", ")}${when === undefined ? "" : ` when ${when}`} (${name})`,
    );
  if (config.store.url !== undefined) lines.push(`Approvals and audit are kept at ${config.store.url}`);
  if (envNames.length > 0) lines.push(`The .env beside it sets ${envNames.join(", ")}`);
  return lines.map((line) => makeVisible(line).text);
}

// Words are shown so that two of them never look like one, nor one like two.
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word);
}
