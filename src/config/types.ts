import type { LogLevel } from "#base";
import type { ConfigSnapshot } from "./files/config-snapshot.ts";
import type { Config } from "./schema/schema.ts";

/** Source of the config; only a project's file needs trust. */
export type ConfigSource =
  | { readonly kind: "none" }
  /** Named by `--config` or PRELOOP_CONFIG. */
  | { readonly kind: "named"; readonly path: string; readonly by: "--config" | "PRELOOP_CONFIG" }
  | { readonly kind: "user"; readonly path: string }
  /** `./preloop.config.json`, whose hash this user trusts. */
  | { readonly kind: "project"; readonly path: string }
  /** `./preloop.config.json` that nobody trusted, or that changed since; it is not loaded. */
  | { readonly kind: "untrusted"; readonly path: string; readonly changed: boolean };

/** Settings from the environment, checked. */
export interface Settings {
  readonly databaseUrl?: string;
  readonly secretKey?: string;
  readonly environment: "development" | "production";
  readonly logLevel: LogLevel;
  /** PRELOOP_HOME; not created yet, see `openHome`. */
  readonly home: string;
  readonly ollamaHost?: string;
  readonly source: ConfigSource;
  /** What lay there when it was judged: the config is read out of it, and the `.env` was. */
  readonly snapshot?: ConfigSnapshot;
  /** The name of a variable that an agent's CLI sets for the commands it runs, if there is one. */
  readonly agentMarker?: string;
  /** The system's name for this process's user; see `localUserOf`. */
  readonly osUser: string;
  readonly cwd: string;
  /** The whole environment, an `.env` beside the config included; `${NAME}` reads it. Holds secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The same without the `.env`: what the process was started with. */
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  /** What people should know about how the settings came to be. */
  readonly notes: readonly string[];
}

/** The config in force, and what people should know about how it came to be. */
export interface LoadedConfig {
  readonly source: ConfigSource;
  readonly config: Config;
  /** SHA-256 of the file's bytes; of nothing when there is no file. */
  readonly digest: string;
  /** The same of the `.env` beside it. */
  readonly envDigest?: string;
  readonly notes: readonly string[];
  /** Where a path of the config stands in the file: `preloop.config.json:12:5`. */
  where(path: readonly (string | number)[]): string;
}
