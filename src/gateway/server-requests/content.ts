import * as z from "zod";
import { isJsonObject, type Json, SourceNumber } from "#base";
import { showLine, showText } from "./show.ts";

/** The manner in which texts go on: as they may be shown to a person, or as they were written. */
export interface Manner {
  readonly text: z.ZodType<string>;
  readonly line: z.ZodType<string>;
  /** Any JSON, every text in it in the same manner. */
  readonly any: z.ZodType<unknown>;
}

/** For what a server says to the client. */
export const SHOWN: Manner = {
  text: z.string().transform(showText),
  line: z.string().transform(showLine),
  any: z.unknown().transform((value) => showAll(value as Json)),
};

/** For what the client says to a server, which must get it as it is. */
export const AS_IT_IS: Manner = { text: z.string(), line: z.string(), any: z.unknown() };

/** A number, in whatever spelling. */
export const number = z.union([z.number(), z.instanceof(SourceNumber)]);

/** A member that may be left out; some libraries write null for that. */
export const optional = <Schema extends z.ZodType>(schema: Schema) =>
  z.nullish(schema).transform((value) => value ?? undefined);

const role = z.enum(["user", "assistant"]);
const base64 = z.string().regex(/^[\w+/=\r\n-]*$/, "is not base64");
const annotations = optional(
  z.object({
    audience: optional(z.array(role)),
    priority: optional(number),
    lastModified: optional(z.string().max(64).transform(showLine)),
  }),
);

/** The content blocks of sampling (2025-11-25 and 2026-07-28, client/sampling), rebuilt from their known members. */
export function contentSchema({ text, line, any }: Manner) {
  const said = z.object({ type: z.literal("text"), text, annotations });
  const media = z.object({ type: z.enum(["image", "audio"]), data: base64, mimeType: line, annotations });
  const used = z.object({ type: z.literal("tool_use"), id: line, name: line, input: any });
  const link = z.object({
    type: z.literal("resource_link"),
    uri: line,
    name: line,
    title: optional(line),
    description: optional(text),
    mimeType: optional(line),
    size: optional(number),
    annotations,
  });
  const resource = z.object({
    type: z.literal("resource"),
    resource: z.union([
      z.object({ uri: line, mimeType: optional(line), text }),
      z.object({ uri: line, mimeType: optional(line), blob: base64 }),
    ]),
    annotations,
  });
  const done = z.object({
    type: z.literal("tool_result"),
    toolUseId: line,
    content: z.array(z.discriminatedUnion("type", [said, media, link, resource])),
    structuredContent: optional(any),
    isError: optional(z.boolean()),
  });
  const block = z.discriminatedUnion("type", [said, media, used, done]);
  return z.union([block, z.array(block)]);
}

export const messageShape = (manner: Manner) => ({ role, content: contentSchema(manner) });

/** All texts of a value, names included, as they may be shown. */
function showAll(value: Json): Json {
  if (typeof value === "string") return showText(value);
  if (Array.isArray(value)) return value.map((item: Json) => showAll(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [showText(key), showAll(inner)]));
}
