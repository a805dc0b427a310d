import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { parseConfig } from "./parse.ts";
import { showFile } from "./problems.ts";
import type { Config } from "./schema.ts";
import { readRaw } from "./source.ts";
import { envBeside, lookAt, type Seen } from "./trust.ts";
import type { Settings } from "./types.ts";

/** What trusting a file would set loose, for people to look at. */
export interface Starts {
  readonly file: string;
  /** The file's own words and no more: environment variables are named, not read. */
  readonly config: Partial<Config> & Pick<Config, "mcpServers" | "policy" | "store">;
  /** Names of the variables that the `.env` beside it sets. */
  readonly envNames: readonly string[];
  readonly seen: Seen;
}

/** Reads a file that nobody trusts yet, to show what it would do. @throws config_invalid */
export function whatStarts(settings: Settings, file: string): Starts {
  const seen = lookAt(file);
  const text = seen.bytes.toString("utf8");
  const envNames = namesBeside(file);
  // A file that could not be used must not be trusted; a variable from the `.env` is there once it is.
  const env = { ...Object.fromEntries(envNames), ...settings.env };
  const { config } = parseConfig(text, showFile(file, settings.cwd), env);
  const { policy, mcpServers = {}, store = {}, ...others } = readRaw(text) as Partial<Config>;
  return {
    file,
    config: { ...others, mcpServers, store, policy: { ...config.policy, ...policy } },
    envNames: envNames.map(([name]) => name),
    seen,
  };
}

function namesBeside(file: string): [string, string][] {
  try {
    return Object.entries(parseEnv(readFileSync(envBeside(file), "utf8"))) as [string, string][];
  } catch {
    return [];
  }
}
