import { lstatSync, realpathSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { makeVisible, PreloopError } from "#base";
import type { Settings } from "#config";
import { createHouse } from "./build-house.ts";
import { confirm } from "./confirm.ts";
import type { House } from "./house.ts";
import { noteEvent } from "./note-event.ts";
import { startLines } from "./trust-text.ts";

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
  const { trustFile, trustOf, readLaunchList } = await import("#config");
  const { settings } = await house.foundation();
  const file = fileOf(settings, named);
  const starts = readLaunchList(settings, file);
  for (const line of startLines(starts)) house.out.line(line);
  const target = realpathSync(file);
  if (lstatSync(file).isSymbolicLink()) house.out.line(`It is a link to ${makeVisible(target).text}`);
  if (trustOf(settings.home, starts.snapshot) === "trusted")
    return house.out.line("You trust this file as it is.");
  if (!yes && !(await confirm("Trust this file?")))
    throw new PreloopError("config_untrusted", `${file} stays untrusted`);
  const { config: digest } = trustFile(settings, file, starts.snapshot);
  await noteTrust(house, file, digest);
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

// What was just trusted may bring a secret key in its `.env`, and the chain is keyed with the one its sessions use.
async function noteTrust(house: House, file: string, digest: string): Promise<void> {
  const { source } = (await house.foundation()).settings;
  const isInForce = source.kind === "untrusted" && source.path === file;
  const after = isInForce ? createHouse({ out: house.out, config: () => undefined }) : house;
  try {
    await noteEvent(after, "config_trusted", { file, digest }, { ship: false });
  } finally {
    if (isInForce) await after.close();
  }
}
