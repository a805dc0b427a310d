import * as z from "zod";
import { isJsonObject } from "#base";
import { AS_IT_IS, messageShape, number, optional, SHOWN } from "./content.ts";

const { text, line } = SHOWN;
const object = SHOWN.any.refine(isJsonObject, "is not an object");
const hint = optional(z.boolean());

// A tool's icons are addresses that a client fetches, and its `execution` is of tools one can call.
const tool = z.object({
  name: line,
  title: optional(line),
  description: optional(text),
  inputSchema: object,
  outputSchema: optional(object),
  annotations: optional(
    z.object({
      title: optional(line),
      readOnlyHint: hint,
      destructiveHint: hint,
      idempotentHint: hint,
      openWorldHint: hint,
    }),
  ),
});

const share = optional(number);

/**
 * The params of `sampling/createMessage`. `includeContext` does not go on: all servers behind preloop are one server to
 * the client, and "thisServer" would hand each of them what the others said.
 */
export const samplingSchema = z.object({
  messages: z.array(z.object(messageShape(SHOWN))),
  modelPreferences: optional(
    z.object({
      hints: optional(z.array(z.object({ name: optional(line) }))),
      costPriority: share,
      speedPriority: share,
      intelligencePriority: share,
    }),
  ),
  systemPrompt: optional(text),
  temperature: optional(number),
  maxTokens: number,
  stopSequences: optional(z.array(text)),
  metadata: optional(object),
  tools: optional(z.array(tool)),
  toolChoice: optional(z.object({ mode: optional(z.enum(["auto", "required", "none"])) })),
});

/** The client's answer to it, as the server gets it. */
export const samplingAnswer = z.object({
  ...messageShape(AS_IT_IS),
  model: z.string(),
  stopReason: optional(z.string()),
});
