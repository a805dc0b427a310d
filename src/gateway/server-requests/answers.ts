import * as z from "zod";
import { isJsonObject, type JsonObject, readJson, writeJson } from "#base";
import { members, RPC_CODES } from "#protocol";
import { optional } from "./content.ts";
import { type Field, type Form, NO_CHOICES } from "./form.ts";
import { samplingAnswer } from "./sampling.ts";

/** A client's answer as its server gets it. */
export interface Answer {
  /** JSON text. */
  readonly text: string;
  readonly isDeclined: boolean;
}

const ELICITED = z.object({
  action: z.enum(["accept", "decline", "cancel"]),
  content: optional(z.record(z.string(), z.unknown())),
});
const ROOTS = z.object({ roots: z.array(z.object({ uri: z.string(), name: optional(z.string()) })) });

/** The answer to `elicitation/create`: of a form what was entered, number by number. */
export function readElicitation(text: string, fields?: Form["fields"]): Answer {
  const { action, content } = ELICITED.parse(readJson(text));
  const isDeclined = action !== "accept";
  if (isDeclined || !fields || !content) return { text: JSON.stringify({ action }), isDeclined };
  const given = [...members(members(text).get("content")!)].flatMap(([shown, raw]) => {
    const { name, choices } = fields.get(shown) ?? { name: shown, choices: NO_CHOICES };
    const value = enteredValue(raw, content[shown], choices);
    return value === undefined ? [] : [`${JSON.stringify(name)}:${value}`];
  });
  return { text: `{"action":"accept","content":{${given.join(",")}}}`, isDeclined };
}

const VALUE = z.union([z.string(), z.boolean(), z.array(z.string())]);

function enteredValue(raw: string, value: unknown, choices: Field["choices"]): string | undefined {
  if (value === null) return undefined;
  // A number is whatever is neither of the others; its spelling stays.
  if (/^[-\d]/.test(raw)) return raw;
  const read = VALUE.parse(value);
  if (choices.size === 0 || typeof read === "boolean") return raw;
  const own = (choice: string) => choices.get(choice) ?? choice;
  return JSON.stringify(typeof read === "string" ? own(read) : read.map(own));
}

/** The answer to `sampling/createMessage`. */
export function readSampling(text: string): Answer {
  return {
    text: writeJson(samplingAnswer.parse(readJson(text)) as unknown as JsonObject),
    isDeclined: false,
  };
}

/** The answer to `roots/list`. */
export function readRoots(text: string): Answer {
  return { text: writeJson(ROOTS.parse(readJson(text)) as JsonObject), isDeclined: false };
}

/** A client's error: its code and its words. */
export function readError(text: string): Answer {
  const value = JSON.parse(text) as unknown;
  const { code = RPC_CODES.internalError, message = "" } = isJsonObject(value) ? value : {};
  return { text: JSON.stringify({ code, message: String(message) }), isDeclined: code === USER_REJECTED };
}

// What SDK clients answer when their person says no (2025-11-25, client/sampling).
const USER_REJECTED = -1;
