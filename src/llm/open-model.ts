import type { Config } from "#config";
import type { LanguageModel } from "#model";
import { type Sample, samplingModel } from "./answer/sampling-model.ts";
import { asModelFailure } from "./failure.ts";
import { openOllamaModel } from "./ollama/open-ollama-model.ts";
import { type OpenOptions, withDefaults } from "./open-options.ts";
import { openCompatibleModel } from "./openai/open-compatible-model.ts";

/** Options of opening a model that answers. */
export interface OpenModelOptions extends OpenOptions {
  /** The client's own model, where the client offers it. */
  readonly sample?: Sample | undefined;
}

/**
 * Opens the model that reads issues, as the config says; undefined when there is none, which the log explains where
 * the config named one. `auto` takes Ollama, then the client's own. Nothing is ever pulled. @throws request_cancelled
 */
export async function openModel(
  config: Config["llm"],
  options: OpenModelOptions,
): Promise<LanguageModel | undefined> {
  const { provider } = config;
  const client = options.sample && samplingModel(options.sample);
  if (provider === "none") return undefined;
  if (provider === "sampling") return client;
  const resolved = withDefaults(options);
  try {
    return await (provider === "openai" ? openCompatibleModel : openOllamaModel)(config, resolved);
  } catch (error) {
    const failure = asModelFailure(error, "The model", options.signal);
    if (failure.code === "request_cancelled") throw failure;
    const isMissed = provider !== "auto" || config.model !== undefined || config.url !== undefined;
    const instead = provider === "auto" && client ? "the client's model is used" : "rules alone are used";
    if (isMissed) options.log.warn(`${failure.message}; ${instead}`);
    return provider === "auto" ? client : undefined;
  }
}
