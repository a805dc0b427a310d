import { type Config, configSchema } from "../schema/schema.ts";
import { type ConfigPath, type Problem, problemsError } from "./problems.ts";
import { checkSemantics, type Sections } from "./semantics.ts";
import { readSource } from "./source.ts";
import { describeZodIssues } from "./zod-messages.ts";

/** A config and where its parts stand. */
export interface ParsedConfig {
  readonly config: Config;
  /** `preloop.config.json:12:5` for a path. */
  where(path: ConfigPath): string;
}

/** Reads the text of a config. @throws config_invalid that tells every problem at once */
export function parseConfig(
  text: string,
  file: string,
  env: Readonly<Record<string, string | undefined>>,
): ParsedConfig {
  const source = readSource(text, env);
  const checked = source.value === undefined ? undefined : check(source.value);
  const problems = [...source.problems, ...(checked?.problems ?? [])];
  if (problems.length > 0 || !checked?.config) {
    const placed = problems.map((problem) => ({ ...problem, position: source.positionOf(problem) }));
    throw problemsError("config_invalid", file, placed);
  }
  return {
    config: checked.config,
    where: (path) => {
      const { line, column } = source.positionOf({ path });
      return `${file}:${line}:${column}`;
    },
  };
}

/** The config of somebody who wrote none. */
export function emptyConfig(): Config {
  return configSchema.parse({});
}

function check(value: unknown): { readonly config?: Config; readonly problems: readonly Problem[] } {
  const parsed = configSchema.safeParse(value);
  const issues = parsed.success ? [] : describeZodIssues(parsed.error.issues, value);
  const problems = [...issues, ...checkSemantics(parsed.success ? parsed.data : goodSections(value))];
  return parsed.success ? { config: parsed.data, problems } : { problems };
}

// What is wrong in one section does not hide what is wrong in another.
function goodSections(value: unknown): Sections {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return {};
  const found = Object.entries(configSchema.shape).flatMap(([key, schema]) => {
    const given = (value as Record<string, unknown>)[key];
    const parsed = schema.safeParse(given);
    return parsed.success ? [[key, parsed.data]] : [];
  });
  return Object.fromEntries(found) as Sections;
}
