import { type ConfigSnapshot, readConfigSnapshot } from "../files/config-snapshot.ts";
import { readConfig } from "../files/config-text.ts";
import { mergeEnv, readEnvBeside } from "../files/env-beside.ts";
import { parseConfig } from "../parse/parse.ts";
import { showFile } from "../parse/problems.ts";
import { readRaw } from "../parse/source.ts";
import type { Config } from "../schema/schema.ts";
import type { Settings } from "../types.ts";

/** List of what trusting a file would set loose, for people to look at. */
export interface LaunchList {
  readonly file: string;
  /** The file's own words and no more: environment variables are named, not read. */
  readonly config: Partial<Config> & Pick<Config, "mcpServers" | "policy" | "store">;
  /** Names of the variables that the `.env` beside it sets. */
  readonly envNames: readonly string[];
  /** What all of this was read from, and what a yes is a yes to. */
  readonly snapshot: ConfigSnapshot;
}

/** Reads a file that nobody trusts yet, to show what it would do. @throws config_missing, config_invalid */
export function readLaunchList(settings: Settings, file: string): LaunchList {
  const snapshot = readConfigSnapshot(file);
  const { text } = readConfig(snapshot, file);
  const beside = readEnvBeside(file, snapshot.env).env;
  // A file that could not be used must not be trusted; a variable from the `.env` is there once it is.
  const env = mergeEnv(beside, settings.processEnv);
  const { config } = parseConfig(text, showFile(file, settings.cwd), env);
  const { policy, mcpServers = {}, store = {}, ...others } = readRaw(text) as Partial<Config>;
  return {
    file,
    config: { ...others, mcpServers, store, policy: { ...config.policy, ...policy } },
    envNames: Object.keys(beside),
    snapshot,
  };
}
