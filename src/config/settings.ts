import { LOG_LEVELS, type LogLevel, PreloopError } from "#base";
import { findAgentMarker } from "./agent-marker.ts";
import { type ConfigSnapshot, readConfigSnapshot } from "./files/config-snapshot.ts";
import { mergeEnv, readEnvBeside } from "./files/env-beside.ts";
import {
  type FoundConfig,
  findConfig,
  homeDirectory,
  type UserEnvironment,
  userHomeOf,
} from "./files/find.ts";
import { osUserOf } from "./local-user.ts";
import { didYouMean } from "./parse/problems.ts";
import { plainDatabaseUrl } from "./schema/parts.ts";
import { MIN_SECRET_BYTES } from "./secret-key.ts";
import { trustOf } from "./trust/trust.ts";
import type { ConfigSource, Settings } from "./types.ts";

export interface SettingsInput {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The file that `--config` names. */
  readonly flag?: string;
  readonly platform?: NodeJS.Platform;
  readonly userHome?: string;
  readonly osUser?: string;
}

/** Reads what the environment says, and an `.env` beside the config. @throws config_invalid that names every bad value, home_unusable */
export function readSettings(input: SettingsInput): Settings {
  const userEnvironment: UserEnvironment = {
    env: input.env,
    cwd: input.cwd,
    platform: input.platform ?? process.platform,
    userHome: input.userHome ?? userHomeOf(input.env),
  };
  const home = homeDirectory(userEnvironment);
  const found = findConfig(userEnvironment, input.flag);
  const snapshot =
    found.kind === "none" ? undefined : readConfigSnapshot(found.path, { orPipe: found.kind === "named" });
  const source = judge(found, snapshot, home);
  const beside =
    !snapshot || source.kind === "none" || source.kind === "untrusted"
      ? { env: {}, notes: [] }
      : readEnvBeside(source.path, snapshot.env);
  const env = mergeEnv(beside.env, input.env);
  const values = checkValues(env);
  const agentMarker = findAgentMarker(input.env);
  return {
    ...values.settings,
    home,
    source,
    ...(snapshot && { snapshot }),
    osUser: input.osUser ?? osUserOf(),
    cwd: input.cwd,
    env,
    processEnv: input.env,
    notes: [...beside.notes, ...values.notes],
    ...(agentMarker === undefined ? {} : { agentMarker }),
  };
}

function judge(found: FoundConfig, snapshot: ConfigSnapshot | undefined, home: string): ConfigSource {
  if (found.kind !== "project" || !snapshot) return found;
  const trust = trustOf(home, snapshot);
  return trust === "trusted" ? found : { kind: "untrusted", path: found.path, changed: trust === "changed" };
}

type Values = Pick<Settings, "databaseUrl" | "secretKey" | "environment" | "logLevel" | "ollamaHost">;

function checkValues(env: Readonly<Record<string, string | undefined>>): {
  settings: Values;
  notes: string[];
} {
  const problems: string[] = [];
  const environment = env.ENVIRONMENT || "development";
  if (environment !== "development" && environment !== "production")
    problems.push(`ENVIRONMENT is "${environment}"; it is development or production`);
  const logLevel = (env.LOG_LEVEL || "INFO").toUpperCase();
  if (!(LOG_LEVELS as readonly string[]).includes(logLevel))
    problems.push(
      `LOG_LEVEL is "${env.LOG_LEVEL}"; it is one of ${LOG_LEVELS.join(", ")}${didYouMean(logLevel, LOG_LEVELS)}`,
    );
  const databaseUrl = env.DATABASE_URL
    ? readDatabaseUrl(env.DATABASE_URL, "DATABASE_URL", problems)
    : undefined;
  const secretKey = env.SECRET_KEY || undefined;
  const notes = secretKey === undefined ? [] : checkSecret(secretKey, environment, problems);
  if (problems.length > 0) throw new PreloopError("config_invalid", problems.join("\n"));
  return {
    settings: {
      environment: environment as Values["environment"],
      logLevel: logLevel as LogLevel,
      ...(databaseUrl === undefined ? {} : { databaseUrl }),
      ...(secretKey === undefined ? {} : { secretKey }),
      ...(env.OLLAMA_HOST ? { ollamaHost: env.OLLAMA_HOST } : {}),
    },
    notes,
  };
}

// The value may hold a password, so a message does not quote it.
function readDatabaseUrl(value: string, name: string, problems: string[]): string | undefined {
  const url = plainDatabaseUrl(value);
  if (url.startsWith("postgresql://") && URL.canParse(url)) return url;
  problems.push(
    `${name} is no PostgreSQL address; write one like postgresql://user:password@host:5432/preloop`,
  );
  return undefined;
}

function checkSecret(secret: string, environment: string, problems: string[]): string[] {
  if (Buffer.byteLength(secret) >= MIN_SECRET_BYTES) return [];
  if (environment !== "production")
    return [
      `SECRET_KEY is shorter than ${MIN_SECRET_BYTES} bytes; it is accepted because ENVIRONMENT is not production`,
    ];
  problems.push(`SECRET_KEY must have at least ${MIN_SECRET_BYTES} bytes when ENVIRONMENT is production`);
  return [];
}
