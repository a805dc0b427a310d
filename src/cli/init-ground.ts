import { existsSync } from "node:fs";
import path from "node:path";
import { PreloopError } from "#base";
import { CONFIG_NAME, configDirectory, type Settings, userHomeOf } from "#config";
import type { MachineInfo } from "#onboarding";

/** The machine as onboarding meets it. @throws home_unusable for a user without a home, where no client has a config */
export function machineInfoOf({ env, cwd }: Settings): MachineInfo {
  const userHome = userHomeOf(env);
  if (userHome === undefined)
    throw new PreloopError("home_unusable", "This user has no home directory; set HOME to it");
  return { env, cwd, userHome, platform: process.platform };
}

/** The config that servers are moved into: the one named, else the user's own. */
export function targetOf({ source }: Settings, machine: MachineInfo): string {
  return source.kind === "named" ? source.path : path.join(configDirectory(machine), CONFIG_NAME);
}

/** How clients start preloop so that it finds the config and the home that this command has. */
export function launchOf({ env, home, source }: Settings): {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
} {
  const config = source.kind === "named" ? ["--config", source.path] : [];
  const own = process.argv[1] ?? "preloop";
  const words = isOnPath(env.PATH ?? "") ? ["preloop"] : [process.execPath, own];
  return {
    command: words[0]!,
    args: [...words.slice(1), ...config],
    env: env.PRELOOP_HOME ? { PRELOOP_HOME: home } : {},
  };
}

// npx puts a copy of its own on the PATH, which is gone when it ends.
function isOnPath(searched: string): boolean {
  const windows = process.platform === "win32";
  const names = windows ? ["preloop.cmd", "preloop.exe"] : ["preloop"];
  return searched
    .split(path.delimiter)
    .filter((folder) => folder !== "" && !/[\\/]_npx[\\/]/.test(folder))
    .some((folder) => names.some((name) => existsSync(path.join(folder, name))));
}
