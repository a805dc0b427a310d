import type { JsonObject } from "#base";
import type { Config } from "#config";
import type { LanguageModel } from "#model";
import { type ChatRound, createModel } from "./create-model.ts";
import { isRefusal, modelFailed } from "./failure.ts";
import { onlyOne } from "./openai-embedder.ts";
import { createCompatibleServer } from "./openai-server.ts";
import type { Opening } from "./opening.ts";
import { askPatiently } from "./patience.ts";

// From what holds the model to the shape, to what only asks it for it. A server that refuses one gets the next.
const WAYS: readonly ((round: ChatRound) => JsonObject)[] = [
  ({ schema, maxTokens }) => ({
    response_format: { type: "json_schema", json_schema: { name: "answer", strict: true, schema } },
    temperature: 0,
    max_tokens: maxTokens,
  }),
  // Newer models of OpenAI take neither `max_tokens` nor a temperature.
  ({ schema }) => ({ response_format: { type: "json_schema", json_schema: { name: "answer", schema } } }),
  () => ({ response_format: { type: "json_object" } }),
  () => ({}),
];

/** The chat model of any OpenAI-compatible server; its name may be left out where there is only one. @throws model_failed */
export async function openCompatibleModel(
  { url, token, model }: Config["llm"],
  { fetch, pauseMs, signal }: Opening,
): Promise<LanguageModel> {
  const server = createCompatibleServer({
    ...(url !== undefined && { url }),
    ...(token !== undefined && { token }),
    fetch,
  });
  const name = model ?? (await onlyOne(() => server.models(signal), server.who, signal));
  if (name === undefined) throw modelFailed(server.who, "has several models; name one in llm.model");
  let way = 0;
  return createModel({
    id: `openai/${name}@${server.host}`,
    who: server.who,
    async chat(round, caller) {
      for (;;) {
        const request = {
          model: name,
          messages: round.turns.map((turn) => ({ ...turn })),
          ...WAYS[way]!(round),
        };
        try {
          return await askPatiently(() => server.chat(request, caller), { pauseMs, signal: caller });
        } catch (error) {
          if (!isRefusal(error, 400, 422) || way === WAYS.length - 1) throw error;
          way++;
        }
      }
    },
  });
}
