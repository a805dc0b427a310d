import { parseEnv } from "node:util";
import { messageOf, PreloopError } from "#base";
import { envBeside } from "./config-snapshot.ts";
import { type FileRead, isMissing } from "./read-once.ts";

// These two decide which file is trusted, so a file beside it has no say in them.
const NOT_FROM_FILE = ["PRELOOP_HOME", "PRELOOP_CONFIG"];

/** What the `.env` beside a config sets, out of the bytes that were judged. @throws config_invalid when it cannot be read */
export function readEnvBeside(
  config: string,
  read: FileRead,
): { readonly env: Record<string, string>; readonly notes: readonly string[] } {
  if (isMissing(read)) return { env: {}, notes: [] };
  const file = envBeside(config);
  if ("error" in read)
    throw new PreloopError("config_invalid", `${file} cannot be read: ${messageOf(read.error)}`, {
      cause: read.error,
    });
  const env = Object.entries(parseEnv(read.bytes.toString("utf8"))) as [string, string][];
  const refused = NOT_FROM_FILE.filter((name) => env.some(([given]) => given === name));
  return {
    env: Object.fromEntries(env.filter(([name]) => !refused.includes(name))),
    notes: refused.map((name) => `${file} sets ${name}, which only the environment can`),
  };
}

/** The whole environment: what the process was started with stands above what lies in a file. */
export function mergeEnv(
  beside: Readonly<Record<string, string>>,
  processEnv: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const given = Object.entries(processEnv).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return { ...beside, ...Object.fromEntries(given) };
}
