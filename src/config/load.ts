import { sha256 } from "#base";
import { type ConfigSnapshot, envBeside, readConfigSnapshot } from "./files/config-snapshot.ts";
import { readConfig } from "./files/config-text.ts";
import { mergeEnv, readEnvBeside } from "./files/env-beside.ts";
import { watchFiles } from "./files/watch.ts";
import { emptyConfig, parseConfig } from "./parse/parse.ts";
import { showFile } from "./parse/problems.ts";
import { digestOfEnv, trustOf, trustRecords } from "./trust/trust.ts";
import type { ConfigSource, LoadedConfig, Settings } from "./types.ts";

/**
 * Loads the config that the settings point at. Without one, and for a project's file that nobody trusted, it is the
 * empty config; a file that is there and cannot be used is an error, never a looser config.
 * @throws config_missing, config_invalid
 */
export async function loadConfig(settings: Settings): Promise<LoadedConfig> {
  const { source, snapshot } = settings;
  if (source.kind === "none" || !snapshot) return withoutFile(source, settings.notes);
  if (source.kind === "untrusted") return untrusted(source, settings);
  return parseSnapshot(source, snapshot, settings);
}

/** A config file read anew while a session runs, and whether this user has said yes to it as it is now. */
export interface Reread {
  readonly loaded: LoadedConfig;
  readonly isTrusted: boolean;
}

/** Reads the file in force anew, and the `.env` beside it. @throws config_missing, config_invalid */
export async function rereadConfig(settings: Settings, source: FileSource): Promise<Reread> {
  const snapshot = readConfigSnapshot(source.path);
  const env = mergeEnv(readEnvBeside(source.path, snapshot.env).env, settings.processEnv);
  const loaded = parseSnapshot(source, snapshot, { ...settings, env, notes: [] });
  return { loaded, isTrusted: trustOf(settings.home, snapshot) === "trusted" };
}

/** A source that is a file and in force. */
export type FileSource = Extract<ConfigSource, { kind: "named" | "user" | "project" }>;

/** Calls back when the file in force, the `.env` beside it, or what this user trusts, may have changed. */
export function watchConfig({ home }: Settings, source: FileSource, onChange: () => void): { close(): void } {
  return watchFiles([source.path, envBeside(source.path), trustRecords(home)], onChange);
}

function parseSnapshot(source: FileSource, snapshot: ConfigSnapshot, settings: Settings): LoadedConfig {
  const file = showFile(source.path, settings.cwd);
  const by = source.kind === "named" ? `, named by ${source.by}` : "";
  const { bytes, text } = readConfig(snapshot, file, by);
  const { config, where } = parseConfig(text, file, settings.env);
  const envDigest = digestOfEnv(snapshot);
  return {
    source,
    config,
    digest: sha256(bytes),
    ...(envDigest === undefined ? {} : { envDigest }),
    notes: settings.notes,
    where,
  };
}

function withoutFile(source: ConfigSource, notes: readonly string[]): LoadedConfig {
  return { source, config: emptyConfig(), digest: sha256(""), notes, where: () => "no config file" };
}

function untrusted(source: ConfigSource & { kind: "untrusted" }, settings: Settings): LoadedConfig {
  const file = showFile(source.path, settings.cwd);
  const why = source.changed ? "changed since it was trusted" : "was never trusted by you";
  const note = `${file} ${why}, so it is not loaded and preloop serves its own tools only; look at it and run: preloop trust`;
  return withoutFile(source, [...settings.notes, note]);
}
