import { makeVisible } from "#base";
import type { Embedders } from "#search";
import type { House } from "./house.ts";

/** The embedding models of the config, opened; when one is not there, people are told and go on without. */
export async function openEmbedders(house: House, signal?: AbortSignal): Promise<Embedders> {
  const { loaded, settings, log } = await house.foundation();
  const { openEmbedder } = await import("#llm");
  const { embedder, note } = await openEmbedder(loaded.config.embeddings, {
    log,
    ollamaHost: settings.ollamaHost,
    ...(signal && { signal }),
  });
  if (note !== undefined) house.out.note(`preloop: ${makeVisible(note).text}`);
  return { models: embedder ? [embedder] : [] };
}
