import * as z from "zod";
import { number, optional } from "./content.ts";
import { asksForSecret, namesSecret } from "./secret-words.ts";
import { showLine, showText } from "./show.ts";

/** A form as it goes to the client, and the way back for what is filled in. */
export interface Form {
  readonly schema: unknown;
  readonly isAboutSecrets: boolean;
  /** The server's own name of each field, by the name that goes to the client. */
  readonly fields: ReadonlyMap<string, Field>;
}

export interface Field {
  readonly name: string;
  /** The server's own word for each choice, by the word that goes to the client. */
  readonly choices: ReadonlyMap<string, string>;
}

const count = optional(number);
const words = {
  title: optional(z.string().transform(showLine)),
  description: optional(z.string().transform(showText)),
};
const choice = z.string().transform(showText);
const titled = z.array(z.object({ const: choice, title: choice }));
const formats = z.enum(["email", "uri", "date", "date-time"]);

// The kinds of fields that the protocol has (2025-11-25 and 2026-07-28, client/elicitation); a pattern is none of it.
const field = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("string"),
    ...words,
    minLength: count,
    maxLength: count,
    format: z
      .unknown()
      .optional()
      .transform((value) => formats.safeParse(value).data),
    enum: optional(z.array(choice)),
    enumNames: optional(z.array(choice)),
    oneOf: optional(titled),
    default: optional(choice),
  }),
  z.object({
    type: z.enum(["number", "integer"]),
    ...words,
    minimum: count,
    maximum: count,
    default: count,
  }),
  z.object({ type: z.literal("boolean"), ...words, default: optional(z.boolean()) }),
  z.object({
    type: z.literal("array"),
    ...words,
    minItems: count,
    maxItems: count,
    items: z.union([
      z.object({ type: z.literal("string"), enum: z.array(choice) }),
      z.object({ anyOf: titled }),
    ]),
    default: optional(z.array(choice)),
  }),
]);

const SHAPE = z.object({
  $schema: optional(z.string().max(200).transform(showLine)),
  type: z.literal("object"),
  properties: z.record(z.string(), z.unknown()),
  required: optional(z.array(z.string())),
});

/** Rebuilds a `requestedSchema` from what the protocol knows. @throws z.ZodError */
export function readRequestedSchema(given: unknown): Form {
  const { properties, required, ...rest } = SHAPE.parse(given);
  const fields = new Map<string, Field>();
  const rebuilt: [string, unknown][] = [];
  let isAboutSecrets = false;
  for (const [name, given] of Object.entries(properties)) {
    const wanted = withoutNull(given);
    const shown = showLine(name);
    if (fields.has(shown)) throw new z.ZodError([issue(["properties", shown], "two fields look alike")]);
    rebuilt.push([shown, under(shown, wanted)]);
    fields.set(shown, { name, choices: choicesOf(wanted) });
    isAboutSecrets ||= isSecret(name, wanted);
  }
  const schema = {
    ...rest,
    properties: Object.fromEntries(rebuilt),
    required: required?.map(showLine).filter((name) => fields.has(name)),
  };
  return { schema, isAboutSecrets, fields };
}

function under(name: string, wanted: unknown): unknown {
  const read = field.safeParse(wanted);
  if (read.success) return read.data;
  throw new z.ZodError(read.error.issues.map((one) => issue(["properties", name, ...one.path], one.message)));
}

/** The kind of a field that may also be null, which some libraries write for one that may be left out. */
function withoutNull(wanted: unknown): unknown {
  const { type, anyOf, ...rest } = (wanted ?? {}) as Readonly<Record<string, unknown>>;
  if (Array.isArray(type)) {
    const [only, ...others] = type.filter((one) => one !== "null");
    return others.length === 0 ? { ...rest, type: only } : wanted;
  }
  if (type !== undefined || !Array.isArray(anyOf)) return wanted;
  const [only, ...others] = anyOf.filter((one: { type?: unknown } | null) => one?.type !== "null");
  return others.length === 0 ? { ...only, ...rest } : wanted;
}

function issue(path: PropertyKey[], message: string): z.core.$ZodIssue {
  return { code: "custom", path, message, input: undefined };
}

function isSecret(name: string, wanted: unknown): boolean {
  const { type, format, writeOnly } = wanted as Readonly<Record<string, unknown>>;
  if (namesSecret(name, type === "number" || type === "integer")) return true;
  return writeOnly === true || textsIn(wanted).some(asksForSecret) || asksForSecret(String(format ?? ""));
}

/** What a person reads of a field. */
function textsIn(wanted: unknown): string[] {
  const { title, description, enumNames, oneOf } = wanted as Readonly<Record<string, unknown>>;
  const titles = Array.isArray(oneOf) ? oneOf.map((one: { title?: unknown }) => one?.title) : [];
  const all = [title, description, ...(Array.isArray(enumNames) ? enumNames : []), ...titles];
  return all.filter((text): text is string => typeof text === "string");
}

/** What a field without choices of other words has. */
export const NO_CHOICES: ReadonlyMap<string, string> = new Map();

function choicesOf(wanted: unknown): ReadonlyMap<string, string> {
  const { enum: own, oneOf, items } = wanted as Readonly<Record<string, unknown>>;
  const inside = (items ?? {}) as Readonly<Record<string, unknown>>;
  const values = [own, inside.enum].flatMap((list) => (Array.isArray(list) ? list : []));
  const titledOnes = [oneOf, inside.anyOf].flatMap((list) => (Array.isArray(list) ? list : []));
  const all = [...values, ...titledOnes.map((one: { const?: unknown }) => one?.const)];
  const odd = all.filter((value): value is string => typeof value === "string" && showText(value) !== value);
  return odd.length === 0 ? NO_CHOICES : new Map(odd.map((value) => [showText(value), value]));
}
