import { isJsonObject, type Json, type JsonObject } from "#base";
import type { LanguageModel } from "#model";
import { BadAnswer } from "../failure.ts";
import { type ChatInput, createModel } from "./create-model.ts";

/**
 * Request of MCP's `sampling/createMessage`, by its params; resolves to its result.
 * https://modelcontextprotocol.io/specification/2025-11-25/client/sampling
 */
export type Sample = (params: JsonObject) => Promise<JsonObject>;

/** The client's own model. The client may ask its user first, answer with any model, or refuse. */
export function samplingModel(sample: Sample, client = "sampling"): LanguageModel {
  return createModel({
    id: `client/${client}`,
    who: "The client's model",
    async chat(input, signal) {
      return textOf(await untilAborted(sample(paramsOf(input)), signal));
    },
  });
}

function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", end));
  });
}

function paramsOf({ messages, maxTokens }: ChatInput): JsonObject {
  const [system, ...rest] = messages;
  return {
    systemPrompt: system!.content,
    messages: rest.map(({ role, content }) => ({ role, content: { type: "text", text: content } })),
    maxTokens,
    temperature: 0,
    includeContext: "none",
  };
}

// One block, or since 2025-11-25 a list of them.
function textOf({ content }: JsonObject): string {
  const blocks: readonly Json[] = Array.isArray(content) ? (content as readonly Json[]) : [content ?? null];
  const texts = blocks.flatMap((block) =>
    isJsonObject(block) && block.type === "text" && typeof block.text === "string" ? [block.text] : [],
  );
  if (texts.length === 0) throw new BadAnswer("answered with no text");
  return texts.join("");
}
