import { isJsonObject, type Json } from "#base";
import { isInteger, keyOf, numberOf, weightOf } from "../equal.ts";
import { misfit, spend } from "../run.ts";
import type { Keywords, SchemaCheck } from "../types.ts";

/** `type`, `enum`, `const`: what holds for values of every kind. */
export const anyKeywords: Keywords = (schema) => [
  ...typeCheck(schema.type, schema.nullable === true),
  ...(Array.isArray(schema.enum) ? [enumCheck(schema.enum as Json[])] : []),
  ...(schema.const === undefined ? [] : [constCheck(schema.const)]),
];

const KINDS: Readonly<Record<string, (value: Json) => boolean>> = {
  null: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  string: (value) => typeof value === "string",
  number: (value) => numberOf(value) !== undefined,
  integer: isInteger,
  array: Array.isArray,
  object: isJsonObject,
};

// `nullable` is OpenAPI's word, and many schemas were made from one of those.
function typeCheck(type: Json | undefined, isNullable: boolean): readonly SchemaCheck[] {
  const said = (Array.isArray(type) ? type : [type]).filter((name) => typeof name === "string");
  const names = isNullable && said.length > 0 && !said.includes("null") ? [...said, "null"] : said;
  // A type that nobody knows may be any of them.
  if (names.length === 0 || !names.every((name) => Object.hasOwn(KINDS, name))) return [];
  const kinds = names.map((name) => KINDS[name]!);
  const message = `must be ${names.join(" or ")}`;
  const [only] = kinds;
  const is = kinds.length === 1 ? only! : (value: Json) => kinds.some((kind) => kind(value));
  return [(value, run) => is(value) || misfit(run, message)];
}

function enumCheck(values: readonly Json[]): SchemaCheck {
  const keys = new Set(values.map(keyOf));
  const message = `must be one of ${listed(values)}`;
  return (value, run) => {
    if (typeof value === "object" && value !== null) spend(run, weightOf(value));
    return keys.has(keyOf(value)) || misfit(run, message);
  };
}

function constCheck(wanted: Json): SchemaCheck {
  const key = keyOf(wanted);
  return (value, run) => {
    if (typeof value === "object" && value !== null) spend(run, weightOf(value));
    return keyOf(value) === key || misfit(run, `must be ${cut(wanted)}`);
  };
}

const MOST = 8;

function listed(values: readonly Json[]): string {
  const more = values.length > MOST ? `, … ${values.length - MOST} more` : "";
  return `${values.slice(0, MOST).map(cut).join(", ")}${more}`;
}

function cut(value: Json): string {
  const text = keyOf(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
