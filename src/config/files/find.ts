import { lstatSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { codeOf, PreloopError } from "#base";

/** The name of a config file. */
export const CONFIG_NAME = "preloop.config.json";

/** Config file that was found, and how, or none; whether a project's is trusted is another question. */
export type FoundConfig =
  | { readonly kind: "none" }
  | { readonly kind: "named"; readonly path: string; readonly by: "--config" | "PRELOOP_CONFIG" }
  | { readonly kind: "user"; readonly path: string }
  | { readonly kind: "project"; readonly path: string };

/** Environment in which a user starts preloop. */
export interface UserEnvironment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** The user's home directory, where there is one. */
  readonly userHome: string | undefined;
}

/** The user's home directory; undefined where neither the environment nor the system names one. */
export function userHomeOf(env: UserEnvironment["env"]): string | undefined {
  if (env.HOME && path.isAbsolute(env.HOME)) return env.HOME;
  try {
    // Not os.homedir(), which believes an empty HOME: everything would lie wherever preloop was started.
    return os.userInfo().homedir || undefined;
  } catch {
    return undefined; // containers run under user ids that the system has never heard of
  }
}

/** The first config there is; nothing is merged. */
export function findConfig(userEnvironment: UserEnvironment, flag?: string): FoundConfig {
  const { env, cwd, userHome } = userEnvironment;
  if (flag !== undefined) return { kind: "named", path: path.resolve(cwd, flag), by: "--config" };
  if (env.PRELOOP_CONFIG)
    return { kind: "named", path: path.resolve(cwd, env.PRELOOP_CONFIG), by: "PRELOOP_CONFIG" };
  if (userHome !== undefined || xdg(env.XDG_CONFIG_HOME)) {
    const user = path.join(configDirectory(userEnvironment), CONFIG_NAME);
    if (exists(user)) return { kind: "user", path: user };
  }
  const project = path.join(cwd, CONFIG_NAME);
  return exists(project) ? { kind: "project", path: project } : { kind: "none" };
}

/** Where this user keeps preloop's config. @throws home_unusable for a user without a home */
export function configDirectory({ env, platform, userHome }: UserEnvironment): string {
  if (platform === "win32")
    return path.join(env.APPDATA ?? path.join(known(userHome), "AppData", "Roaming"), "preloop");
  return path.join(xdg(env.XDG_CONFIG_HOME) ?? path.join(known(userHome), ".config"), "preloop");
}

/** Where preloop keeps its own things for this user. @throws home_unusable for a user without a home */
export function homeDirectory({ env, cwd, platform, userHome }: UserEnvironment): string {
  if (env.PRELOOP_HOME) return path.resolve(cwd, env.PRELOOP_HOME);
  if (platform === "win32")
    return path.join(env.LOCALAPPDATA ?? path.join(known(userHome), "AppData", "Local"), "preloop");
  return path.join(xdg(env.XDG_DATA_HOME) ?? path.join(known(userHome), ".local", "share"), "preloop");
}

function known(userHome: string | undefined): string {
  if (userHome !== undefined) return userHome;
  throw new PreloopError(
    "home_unusable",
    "This user has no home directory; set PRELOOP_HOME to a directory of yours that can be written",
  );
}

// The XDG specification has relative paths ignored.
function xdg(value: string | undefined): string | undefined {
  return value && path.isAbsolute(value) ? value : undefined;
}

// Anything but "not there" counts as there, a dangling link too: it is read later, and refused loudly.
function exists(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch (error) {
    return codeOf(error) !== "ENOENT" && codeOf(error) !== "ENOTDIR";
  }
}
