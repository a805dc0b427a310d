import type * as z from "zod";
import { configJsonSchema } from "../schema/schema.ts";
import { didYouMean, type Problem } from "./problems.ts";

type Issue = z.core.$ZodIssue;

/** Zod's issues as messages for people who write configs. */
export function describeZodIssues(issues: readonly Issue[], value: unknown): Problem[] {
  return issues.flatMap((issue) => describe(issue, value));
}

function describe(issue: Issue, value: unknown): Problem[] {
  const path = issue.path as (string | number)[];
  const given = valueAt(value, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({ path: [...path, key], message: unknownKey(path, key), atKey: true }));
    case "invalid_type":
      if (given === undefined) return [{ path, message: "is missing" }];
      return [
        { path, message: `must be ${KINDS[issue.expected] ?? issue.expected}, and is ${kindOf(given)}` },
      ];
    case "invalid_value":
      return [{ path, message: given === undefined ? "is missing" : oneOf(issue.values.map(String), given) }];
    case "invalid_union":
      return [{ path, message: describeUnion(issue, path, given) }];
    case "invalid_key":
      return [{ path, message: issue.issues[0]?.message ?? "is no name", atKey: true }];
    case "too_small":
      return [
        {
          path,
          message: issue.origin === "string" || issue.origin === "array" ? "must not be empty" : least(issue),
        },
      ];
    case "too_big":
      return [{ path, message: `must be at most ${issue.maximum}` }];
    default:
      return [{ path, message: issue.message }];
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text in quotes",
  boolean: "true or false",
  number: "a number",
  int: "a whole number",
  array: "a list [ ]",
  object: "an object { }",
  record: "an object { }",
};

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  return (
    { string: "text", boolean: `${value}`, number: `${value}`, object: "an object" }[
      typeof value as string
    ] ?? "nothing"
  );
}

function least(issue: Issue & { code: "too_small" }): string {
  return issue.inclusive === false
    ? `must be more than ${issue.minimum}`
    : `must be at least ${issue.minimum}`;
}

function oneOf(values: readonly string[], given: unknown): string {
  const list = values.map((value) => `"${value}"`).join(", ");
  const near = typeof given === "string" ? didYouMean(given, values) : "";
  return `must be ${values.length > 1 ? "one of " : ""}${list}${near}`;
}

function describeUnion(
  issue: Issue & { code: "invalid_union" },
  path: readonly (string | number)[],
  given: unknown,
): string {
  if (given === undefined) return "is missing";
  // A choice by `type` names its choices in the schema; the other kind of choice is one text or a list of them.
  if (path.at(-1) === "type") return oneOf(["github", "jira", "gitlab"], given);
  const deeper = issue.errors?.flat().find(({ code, path: at }) => code === "too_small" || at.length > 0);
  return deeper?.code === "too_small" ? "must not be empty" : "must be text, or a list of texts";
}

/** Keys of other programs' configs, and what to write instead. */
const FOREIGN: Readonly<Record<string, string>> = {
  autoApprove: "write a policy rule with the action allow",
  alwaysAllow: "write a policy rule with the action allow",
  trust: "write a policy rule with the action allow, or trustAnnotations",
  httpUrl: "write url",
  serverUrl: "write url",
  includeTools: "write tools.allow",
  excludeTools: "write tools.deny",
  enabled: "write disabled",
  timeout: "write timeoutMs, in milliseconds",
  startup_timeout_sec: "leave it out; a slow server does not hold up the others",
  tool_timeout_sec: "write timeoutMs, in milliseconds",
  envFile: "write the variables under env",
  transport: "write type",
  transportType: "write type",
};

function unknownKey(path: readonly (string | number)[], key: string): string {
  const foreign = path[0] === "mcpServers" && path.length === 2 ? FOREIGN[key] : undefined;
  if (foreign && Object.hasOwn(FOREIGN, key)) return `is not a known key; ${foreign}`;
  const known = [...keysAt(configJsonSchema(), path)];
  const near = didYouMean(key, known);
  return `is not a known key${near || (known.length > 0 && known.length <= 8 ? `; known here: ${known.join(", ")}` : "")}`;
}

type JsonSchema = { readonly [key: string]: unknown };

/** The keys that the schema knows at a path. */
function keysAt(schema: JsonSchema, path: readonly (string | number)[]): Set<string> {
  const branches = [schema, ...((schema.anyOf ?? schema.oneOf ?? []) as JsonSchema[])];
  const [step, ...rest] = path;
  if (step === undefined) return new Set(branches.flatMap(({ properties }) => Object.keys(properties ?? {})));
  const found = branches.flatMap(({ properties, additionalProperties, items }) => {
    const next =
      typeof step === "number"
        ? items
        : ((properties as JsonSchema | undefined)?.[step] ?? additionalProperties);
    return typeof next === "object" && next !== null ? [...keysAt(next as JsonSchema, rest)] : [];
  });
  return new Set(found);
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (found, step) =>
      typeof found === "object" && found !== null && Object.hasOwn(found, step)
        ? (found as Record<string | number, unknown>)[step]
        : undefined,
    value,
  );
}
