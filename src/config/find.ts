import { lstatSync } from "node:fs";
import path from "node:path";
import { codeOf } from "#base";

/** The name of a config file. */
export const CONFIG_NAME = "preloop.config.json";

/** Where a config was found; whether a project's is trusted is another question. */
export type FoundConfig =
  | { readonly kind: "none" }
  | { readonly kind: "named"; readonly path: string; readonly by: "--config" | "PRELOOP_CONFIG" }
  | { readonly kind: "user"; readonly path: string }
  | { readonly kind: "project"; readonly path: string };

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** The user's home directory. */
  readonly userHome: string;
}

/** The first config there is; nothing is merged. */
export function findConfig(around: Surroundings, flag?: string): FoundConfig {
  const { env, cwd } = around;
  if (flag !== undefined) return { kind: "named", path: path.resolve(cwd, flag), by: "--config" };
  if (env.PRELOOP_CONFIG)
    return { kind: "named", path: path.resolve(cwd, env.PRELOOP_CONFIG), by: "PRELOOP_CONFIG" };
  const user = path.join(configDirectory(around), CONFIG_NAME);
  if (exists(user)) return { kind: "user", path: user };
  const project = path.join(cwd, CONFIG_NAME);
  return exists(project) ? { kind: "project", path: project } : { kind: "none" };
}

/** Where this user keeps preloop's config. */
export function configDirectory({ env, platform, userHome }: Surroundings): string {
  if (platform === "win32")
    return path.join(env.APPDATA ?? path.join(userHome, "AppData", "Roaming"), "preloop");
  return path.join(xdg(env.XDG_CONFIG_HOME) ?? path.join(userHome, ".config"), "preloop");
}

/** Where preloop keeps its own things for this user. */
export function homeDirectory({ env, cwd, platform, userHome }: Surroundings): string {
  if (env.PRELOOP_HOME) return path.resolve(cwd, env.PRELOOP_HOME);
  if (platform === "win32")
    return path.join(env.LOCALAPPDATA ?? path.join(userHome, "AppData", "Local"), "preloop");
  return path.join(xdg(env.XDG_DATA_HOME) ?? path.join(userHome, ".local", "share"), "preloop");
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
