import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { parseConfig } from "#config";
import {
  applyPlan,
  type InitPlan,
  type MachineInfo,
  type ProposedRule,
  planInit,
  readConfigBytes,
  scanClients,
} from "#onboarding";

/** A throw-away machine with a user and a project. */
export interface Machine {
  readonly userHome: string;
  readonly project: string;
  /** Where preloop keeps its own things. */
  readonly home: string;
  readonly configFile: string;
  readonly around: MachineInfo;
  write(
    file: string,
    text: string | Buffer,
    options?: { readonly mode?: number; readonly linkTo?: string },
  ): string;
  read(file: string): string;
  plan(client?: string, env?: Record<string, string>): Promise<InitPlan>;
  init(client?: string, rules?: readonly ProposedRule[]): Promise<InitPlan>;
  /** Every file, link, mode and byte, preloop's own home left out. */
  snapshot(): Record<string, string>;
}

export const LAUNCH = { command: "preloop", args: [], env: {} } as const;

export function makeMachine(env: Record<string, string> = {}): Machine {
  const root = mkdtempSync(path.join(os.tmpdir(), "preloop-onboarding-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }));
  const [userHome, project] = [path.join(root, "user"), path.join(root, "project")];
  for (const folder of [userHome, project]) mkdirSync(folder);
  const home = path.join(root, "preloop-home");
  const configFile = path.join(userHome, ".config/preloop/preloop.config.json");
  const around: MachineInfo = { env, cwd: project, userHome, platform: "linux" };

  async function plan(client?: string, more: Record<string, string> = {}): Promise<InitPlan> {
    const configBytes = readConfigBytes(configFile);
    const text = configBytes?.toString("utf8") ?? "{}";
    const all = { ...env, ...more };
    return planInit({
      scan: await scanClients({ ...around, env: all }, client),
      configFile,
      configBytes,
      config: parseConfig(text, configFile, all).config,
      launch: LAUNCH,
    });
  }

  return {
    userHome,
    project,
    home,
    configFile,
    around,
    write(file, text, { mode = 0o644, linkTo } = {}) {
      const full = path.join(root, file);
      const real = linkTo === undefined ? full : path.join(root, linkTo);
      for (const one of [full, real]) mkdirSync(path.dirname(one), { recursive: true });
      writeFileSync(real, text);
      chmodSync(real, mode);
      if (linkTo !== undefined) symlinkSync(path.relative(path.dirname(full), real), full);
      return full;
    },
    read: (file) => readFileSync(path.join(root, file), "utf8"),
    plan,
    async init(client, rules = []) {
      const found = await plan(client);
      applyPlan(found, rules, { home, now: new Date() });
      return found;
    },
    snapshot() {
      const names = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
      const own = path.relative(root, home);
      return Object.fromEntries(
        names.filter((name) => !name.startsWith(own)).map((name) => [name, stateOf(path.join(root, name))]),
      );
    },
  };
}

function stateOf(file: string): string {
  const stats = lstatSync(file);
  if (stats.isSymbolicLink()) return `link ${readlinkSync(file)}`;
  const mode = (stats.mode & 0o7777).toString(8);
  return stats.isDirectory() ? `folder ${mode}` : `file ${mode} ${readFileSync(file).toString("base64")}`;
}
