import type { Config } from "#config";
import { createEmbedder } from "../embed/create-embedder.ts";
import { FORM_VERSION } from "../embed/embedding-models.ts";
import { asModelFailure } from "../failure.ts";
import { retryWhenBusy } from "../http/retry-when-busy.ts";
import type { OpenedEmbedder, ResolvedOpenOptions } from "../open-options.ts";
import { createCompatibleServer } from "./compatible-server.ts";

/** The embedding model of any OpenAI-compatible server; its name may be left out where the server has only one. */
export async function openCompatibleEmbedder(
  { url, token, model }: Config["embeddings"],
  { fetch, pauseMs, signal }: ResolvedOpenOptions,
): Promise<OpenedEmbedder> {
  const server = createCompatibleServer({
    ...(url !== undefined && { url }),
    ...(token !== undefined && { token }),
    fetch,
  });
  const name = model ?? (await onlyOne(() => server.models(signal), server.who, signal));
  if (name === undefined)
    return {
      note: `${server.who} has several models; name one in embeddings.model. The built-in embedding is used`,
    };
  const embedder = await createEmbedder(
    {
      who: server.who,
      model: name,
      ask: (texts, caller) =>
        retryWhenBusy(() => server.embed(name, texts, caller), { pauseMs, signal: caller }),
      spaceOf: (dimensions) => ({
        id: `openai/${name}@${server.host}/${dimensions}/${FORM_VERSION}`,
        dimensions,
      }),
    },
    signal,
  );
  return { embedder };
}

/** The one name of a list; undefined for any other number. */
export async function onlyOne(
  list: () => Promise<readonly string[]>,
  who: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const names = await list().catch((error) => {
    throw asModelFailure(error, who, signal);
  });
  return names.length === 1 ? names[0] : undefined;
}
