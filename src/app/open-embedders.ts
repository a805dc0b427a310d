import type { Embedders } from "#search";
import type { Runtime } from "./runtime.ts";

/** The embedding models of the config, opened; when one is not there, `tell` says so, and search goes on without. */
export async function openEmbedders(
  { loaded, settings, log }: Pick<Runtime, "loaded" | "settings" | "log">,
  tell: (note: string) => void,
  signal?: AbortSignal,
): Promise<Embedders> {
  const { openEmbedder } = await import("#llm");
  const { embedder, note } = await openEmbedder(loaded.config.embeddings, {
    log,
    ollamaHost: settings.ollamaHost,
    ...(signal && { signal }),
  });
  if (note !== undefined) tell(note);
  return { models: embedder ? [embedder] : [] };
}
