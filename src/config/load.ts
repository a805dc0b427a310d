import { readFile } from "node:fs/promises";
import { codeOf, messageOf, PreloopError, sha256 } from "#base";
import { emptyConfig, parseConfig } from "./parse.ts";
import { showFile } from "./problems.ts";
import { trustOf, trustRecords } from "./trust.ts";
import type { ConfigSource, LoadedConfig, Settings } from "./types.ts";
import { watchFiles } from "./watch.ts";

/**
 * Loads the config that the settings point at. Without one, and for a project's file that nobody trusted, it is the
 * empty config; a file that is there and cannot be used is an error, never a looser config.
 * @throws config_missing, config_invalid
 */
export async function loadConfig(settings: Settings): Promise<LoadedConfig> {
  const { source } = settings;
  if (source.kind === "none") return withoutFile(source, settings.notes);
  if (source.kind === "untrusted") return untrusted(source, settings);
  const bytes = await read(source, settings.cwd);
  // The bytes that are judged are the bytes that are used: the file may have changed since the settings were read.
  if (source.kind === "project") {
    const trust = trustOf(settings.home, source.path, bytes);
    if (trust !== "trusted")
      return untrusted({ kind: "untrusted", path: source.path, changed: trust === "changed" }, settings);
  }
  const file = showFile(source.path, settings.cwd);
  const { config, where } = parseConfig(decode(bytes, file), file, settings.env);
  return { source, config, digest: sha256(bytes), notes: settings.notes, where };
}

/** A config file read anew while a session runs, and whether this user has said yes to it as it is now. */
export interface Reread {
  readonly loaded: LoadedConfig;
  readonly isTrusted: boolean;
}

/** Reads the file in force anew. @throws config_missing, config_invalid */
export async function rereadConfig(settings: Settings, source: FileSource): Promise<Reread> {
  const bytes = await read(source, settings.cwd);
  const file = showFile(source.path, settings.cwd);
  const { config, where } = parseConfig(decode(bytes, file), file, settings.env);
  const loaded = { source, config, digest: sha256(bytes), notes: [], where };
  return { loaded, isTrusted: trustOf(settings.home, source.path, bytes) === "trusted" };
}

/** A source that is a file and in force. */
export type FileSource = Extract<ConfigSource, { kind: "named" | "user" | "project" }>;

/** Calls back when the file in force, or what this user trusts, may have changed. */
export function watchConfig({ home }: Settings, source: FileSource, onChange: () => void): { close(): void } {
  return watchFiles([source.path, trustRecords(home)], onChange);
}

async function read(source: ConfigSource & { path: string }, cwd: string): Promise<Buffer> {
  const file = showFile(source.path, cwd);
  try {
    return await readFile(source.path);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") {
      const by = source.kind === "named" ? `, named by ${source.by}` : "";
      throw new PreloopError(
        "config_missing",
        `No config at ${file}${by}; start from preloop.config.example.json`,
      );
    }
    throw new PreloopError("config_invalid", `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function decode(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new PreloopError("config_invalid", `${file} is not UTF-8 text; save it as UTF-8`);
  }
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
