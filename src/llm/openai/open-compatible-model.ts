import type { JsonObject } from "#base";
import type { Config } from "#config";
import type { LanguageModel } from "#model";
import { type ChatInput, createModel } from "../answer/create-model.ts";
import { isRefusal, modelFailed } from "../failure.ts";
import { retryWhenBusy } from "../http/retry-when-busy.ts";
import type { ResolvedOpenOptions } from "../open-options.ts";
import { createCompatibleServer } from "./compatible-server.ts";
import { onlyOne } from "./open-compatible-embedder.ts";

// From what holds the model to the shape, to what only asks it for it. A server that refuses one gets the next.
const REQUEST_FORMS: readonly ((input: ChatInput) => JsonObject)[] = [
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
  { fetch, pauseMs, signal }: ResolvedOpenOptions,
): Promise<LanguageModel> {
  const server = createCompatibleServer({
    ...(url !== undefined && { url }),
    ...(token !== undefined && { token }),
    fetch,
  });
  const name = model ?? (await onlyOne(() => server.models(signal), server.who, signal));
  if (name === undefined) throw modelFailed(server.who, "has several models; name one in llm.model");
  let form = 0;
  return createModel({
    id: `openai/${name}@${server.host}`,
    who: server.who,
    async chat(input, caller) {
      for (;;) {
        const request = {
          model: name,
          messages: input.messages.map((message) => ({ ...message })),
          ...REQUEST_FORMS[form]!(input),
        };
        try {
          return await retryWhenBusy(() => server.chat(request, caller), { pauseMs, signal: caller });
        } catch (error) {
          if (!isRefusal(error, 400, 422) || form === REQUEST_FORMS.length - 1) throw error;
          form++;
        }
      }
    },
  });
}
