import type { Config } from "#config";
import { asModelFailure } from "./failure.ts";
import { openOllamaEmbedder } from "./ollama/open-ollama-embedder.ts";
import { type OpenedEmbedder, type OpenOptions, withDefaults } from "./open-options.ts";
import { openCompatibleEmbedder } from "./openai/open-compatible-embedder.ts";

/**
 * Opens the model that embeds issues, as the config says. A server or a model that is not there is no error: there is
 * a built-in embedding. Nothing is ever pulled. @throws request_cancelled
 */
export async function openEmbedder(
  config: Config["embeddings"],
  options: OpenOptions,
): Promise<OpenedEmbedder> {
  const resolved = withDefaults(options);
  if (config.provider === "builtin") return {};
  try {
    return config.provider === "openai"
      ? await openCompatibleEmbedder(config, resolved)
      : await openOllamaEmbedder(config, resolved);
  } catch (error) {
    const failure = asModelFailure(error, "The embedding model", options.signal);
    if (failure.code === "request_cancelled") throw failure;
    return { note: `${failure.message}; the built-in embedding is used` };
  }
}
