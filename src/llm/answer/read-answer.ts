import type { ValidateFunction } from "ajv";
import type { Json, JsonObject } from "#base";
import { BadAnswer } from "../failure.ts";

/** Reader of a model's answer as JSON of a schema. @throws BadAnswer that says what is wrong, in words for the model */
export type ReadAnswer = (text: string) => Json;

/** A reader for answers of a schema. */
export async function answerReader(schema: JsonObject): Promise<ReadAnswer> {
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const ajv = new Ajv2020({ strict: false, logger: false });
  const validate = ajv.compile(schema);
  return (text) => {
    if (text.length > LONGEST) throw new BadAnswer("answered far more than was asked for");
    for (const candidate of candidates(text)) {
      const value = parse(candidate);
      if (value === undefined) continue;
      if (validate(value)) return value;
      throw new BadAnswer(`answered JSON of another shape: ${faultOf(validate)}`);
    }
    throw new BadAnswer("answered what is no whole JSON document");
  };
}

/** Characters; the answers we ask for are a few thousand long. */
const LONGEST = 1_000_000;

// Models think aloud, and wrap JSON into fences and courtesies.
function* candidates(text: string): Generator<string> {
  const said = text.replace(/^\s*<think>[\s\S]*?<\/think>/, "");
  yield said;
  for (const [, fenced] of said.matchAll(/```(?:json)?[ \t]*\r?\n([\s\S]*?)```/g)) yield fenced!;
  const from = said.indexOf("{");
  const to = said.lastIndexOf("}");
  if (from >= 0 && to > from) yield said.slice(from, to + 1);
}

function parse(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function faultOf({ errors }: ValidateFunction): string {
  const [first] = errors ?? [];
  return first ? `${first.instancePath || "the answer"} ${first.message ?? "is wrong"}` : "it is wrong";
}
