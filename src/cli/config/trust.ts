import { lstatSync, realpathSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { recordEvent } from "#app";
import { makeVisible, PreloopError } from "#base";
import type { Settings } from "#config";
import type { CommandContext } from "../context.ts";
import { createCommandContext } from "../create-context.ts";
import { confirm } from "../output/confirm.ts";
import { startLines } from "./trust-text.ts";

/** `preloop trust [FILE]`. */
export function registerTrust(program: Command, context: CommandContext): void {
  program
    .command("trust [file]")
    .description("accept a project's config file as it is now; shows what it would start first")
    .option("--yes", "accept without asking")
    .action((file: string | undefined, options: { readonly yes?: boolean }) =>
      trust(context, file, options.yes === true),
    );
}

async function trust(context: CommandContext, named: string | undefined, yes: boolean): Promise<void> {
  await context.refuseInsideAgents("Trusting a config");
  const { trustFile, trustOf, readLaunchList } = await import("#config");
  const { settings } = await context.runtime();
  const file = fileOf(settings, named);
  const starts = readLaunchList(settings, file);
  for (const line of startLines(starts)) context.out.line(line);
  const target = realpathSync(file);
  if (lstatSync(file).isSymbolicLink()) context.out.line(`It is a link to ${makeVisible(target).text}`);
  if (trustOf(settings.home, starts.snapshot) === "trusted")
    return context.out.line("You trust this file as it is.");
  if (!yes && !(await confirm("Trust this file?")))
    throw new PreloopError("config_untrusted", `${file} stays untrusted`);
  const { config: digest } = trustFile(settings, file, starts.snapshot);
  await noteTrust(context, file, digest);
  context.out.line("Trusted. Any change to the file, or to the .env beside it, asks anew.");
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

// What was just trusted may bring a secret key in its `.env`, and the chain is keyed with the one its sessions use.
async function noteTrust(context: CommandContext, file: string, digest: string): Promise<void> {
  const { source } = (await context.runtime()).settings;
  const isInForce = source.kind === "untrusted" && source.path === file;
  const after = isInForce ? createCommandContext({ out: context.out, config: () => undefined }) : context;
  try {
    await recordEvent(after, "config_trusted", { file, digest }, { ship: false });
  } finally {
    if (isInForce) await after.close();
  }
}
