import type { Config } from "#config";
import type { LanguageModel } from "#model";
import { type ChatInput, createModel } from "../answer/create-model.ts";
import { asModelFailure, modelFailed } from "../failure.ts";
import { retryWhenBusy } from "../http/retry-when-busy.ts";
import { OLLAMA_DEFAULT, type ResolvedOpenOptions } from "../open-options.ts";
import { type ChosenModel, chooseModel } from "./choose-model.ts";
import { createOllamaServer } from "./ollama-server.ts";

const PREFERRED = ["qwen3", "gemma3", "llama3", "mistral", "phi4", "qwen2.5"];
const MIN_CONTEXT = 4_096;
const MAX_CONTEXT = 32_768;

/** Ollama's chat model: the one the config names, or the first installed one that chats. @throws model_failed */
export async function openOllamaModel(
  { url, token, model }: Config["llm"],
  { fetch, ollamaHost, pauseMs, signal }: ResolvedOpenOptions,
): Promise<LanguageModel> {
  const server = createOllamaServer({
    url: url ?? ollamaHost ?? OLLAMA_DEFAULT,
    ...(token !== undefined && { token }),
    fetch,
  });
  const chosen = await choose();
  if (!chosen)
    throw modelFailed(
      server.who,
      model === undefined ? "has no model that chats" : `has no model ${model}; \`ollama pull ${model}\``,
    );
  const { name, digest, facts } = chosen;
  const context = Math.min(facts.contextTokens ?? MAX_CONTEXT, MAX_CONTEXT);
  return createModel({
    id: `ollama/${name.replace(/:latest$/, "")}@${digest.slice(0, 12)}`,
    who: server.who,
    // Two characters a token is the worst that prose with code comes to; a third is left for task and answer.
    maxDataChars: Math.min(24_000, Math.floor(context * 1.3)),
    chat: (input, caller) =>
      retryWhenBusy(() => server.chat(requestOf(chosen, input, context), caller), {
        pauseMs,
        signal: caller,
      }),
  });

  async function choose(): Promise<ChosenModel | undefined> {
    try {
      await server.probe(signal);
      const wanted = { ...(model !== undefined && { model }), preferred: PREFERRED };
      return await chooseModel(server, { ...wanted, capability: "completion" }, signal);
    } catch (error) {
      throw asModelFailure(error, server.who, signal);
    }
  }
}

function requestOf(
  { name, facts }: ChosenModel,
  { messages, schema, maxTokens }: ChatInput,
  context: number,
) {
  const chars = messages.reduce((sum, { content }) => sum + content.length, 0);
  return {
    model: name,
    messages: messages.map(({ role, content }) => ({ role, content })),
    format: schema,
    // Thinking goes before the answer and is not read.
    ...(facts.capabilities.includes("thinking") && { think: false }),
    options: {
      temperature: 0,
      seed: 1,
      num_predict: maxTokens,
      // Without it Ollama takes its default and cuts the prompt silently. Few sizes, since each one loads the model anew.
      num_ctx: contextFor(chars / 2 + maxTokens, context),
    },
  };
}

function contextFor(tokens: number, limit: number): number {
  let size = MIN_CONTEXT;
  while (size < tokens && size < limit) size *= 2;
  return Math.min(size, limit);
}
