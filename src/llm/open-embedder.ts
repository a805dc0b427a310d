import type { Config } from "#config";
import type { Embedder } from "#model";
import { asModelFailure } from "./failure.ts";
import { openOllamaEmbedder } from "./ollama-embedder.ts";
import { openCompatibleEmbedder } from "./openai-embedder.ts";
import { type OpenOptions, withDefaults } from "./opening.ts";

/** Without an embedder the built-in one serves; the note says why, where people should know. */
export interface OpenedEmbedder {
  readonly embedder?: Embedder;
  readonly note?: string;
}

/**
 * Opens the model that embeds issues, as the config says. A server or a model that is not there is no error: there is
 * a built-in embedding. Nothing is ever pulled. @throws request_cancelled
 */
export async function openEmbedder(
  config: Config["embeddings"],
  options: OpenOptions,
): Promise<OpenedEmbedder> {
  const opening = withDefaults(options);
  if (config.provider === "builtin") return {};
  try {
    return config.provider === "openai"
      ? await openCompatibleEmbedder(config, opening)
      : await openOllamaEmbedder(config, opening);
  } catch (error) {
    const failure = asModelFailure(error, "The embedding model", options.signal);
    if (failure.code === "request_cancelled") throw failure;
    return { note: `${failure.message}; the built-in embedding is used` };
  }
}
