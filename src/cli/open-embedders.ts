import { makeVisible } from "#base";
import type { Embedders } from "#search";
import type { Foundation } from "./foundation.ts";
import type { House } from "./house.ts";

/** The embedding models of the config, opened; when one is not there, people are told and go on without. */
export async function openEmbedders(house: House, signal?: AbortSignal): Promise<Embedders> {
  const tell = (note: string) => house.out.note(`preloop: ${makeVisible(note).text}`);
  return findEmbedders(await house.foundation(), tell, signal);
}

/** The same for whoever has no terminal to speak to. */
export async function findEmbedders(
  { loaded, settings, log }: Pick<Foundation, "loaded" | "settings" | "log">,
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
