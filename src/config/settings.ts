import { readFileSync } from "node:fs";
import os from "node:os";
import { parseEnv } from "node:util";
import { codeOf, LOG_LEVELS, type LogLevel, messageOf, PreloopError } from "#base";
import { findAgentMarker } from "./agent-marker.ts";
import { findConfig, homeDirectory, type Surroundings, userHomeOf } from "./find.ts";
import { didYouMean } from "./problems.ts";
import { plainDatabaseUrl } from "./schema-parts.ts";
import { MIN_SECRET_BYTES } from "./secret-key.ts";
import { envBeside, readPlain, trustOf } from "./trust.ts";
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
  const around: Surroundings = {
    env: input.env,
    cwd: input.cwd,
    platform: input.platform ?? process.platform,
    userHome: input.userHome ?? userHomeOf(input.env),
  };
  const home = homeDirectory(around);
  const source = judge(findConfig(around, input.flag), home);
  const beside = readEnvBeside(source);
  // What the process was started with stands above what lies in a file.
  const env = { ...beside.env, ...withoutUndefined(input.env) };
  const values = checkValues(env);
  const agentMarker = findAgentMarker(input.env);
  return {
    ...values.settings,
    home,
    source,
    osUser: input.osUser ?? osUserOf(input.env),
    cwd: input.cwd,
    env,
    notes: [...beside.notes, ...values.notes],
    ...(agentMarker === undefined ? {} : { agentMarker }),
  };
}

function judge(found: ReturnType<typeof findConfig>, home: string): ConfigSource {
  if (found.kind !== "project") return found;
  const trust = trustOf(home, found.path, readPlain(found.path) ?? new Uint8Array());
  return trust === "trusted" ? found : { kind: "untrusted", path: found.path, changed: trust === "changed" };
}

// These two decide which file is trusted, so a file beside it has no say in them.
const NOT_FROM_FILE = ["PRELOOP_HOME", "PRELOOP_CONFIG"];

function readEnvBeside(source: ConfigSource): { env: Record<string, string>; notes: readonly string[] } {
  if (source.kind === "none" || source.kind === "untrusted") return { env: {}, notes: [] };
  const file = envBeside(source.path);
  try {
    const env = Object.entries(parseEnv(readFileSync(file, "utf8"))) as [string, string][];
    const refused = NOT_FROM_FILE.filter((name) => env.some(([given]) => given === name));
    return {
      env: Object.fromEntries(env.filter(([name]) => !refused.includes(name))),
      notes: refused.map((name) => `${file} sets ${name}, which only the environment can`),
    };
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return { env: {}, notes: [] };
    throw new PreloopError("config_invalid", `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
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

function withoutUndefined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

// A user id without a name in the password file makes os.userInfo throw.
function osUserOf(env: Readonly<Record<string, string | undefined>>): string {
  try {
    return os.userInfo().username;
  } catch {
    return env.USER ?? env.LOGNAME ?? `uid-${process.getuid?.() ?? "unknown"}`;
  }
}
