import type { Config } from "#config";
import { createEmbedder } from "../embed/create-embedder.ts";
import { EMBEDDING_MODELS, FORM_VERSION } from "../embed/embedding-models.ts";
import { asModelFailure, BadAnswer } from "../failure.ts";
import { retryWhenBusy } from "../http/retry-when-busy.ts";
import { OLLAMA_DEFAULT, type OpenedEmbedder, type ResolvedOpenOptions } from "../open-options.ts";
import { type ChosenModel, chooseModel } from "./choose-model.ts";
import { createOllamaServer, type OllamaServer } from "./ollama-server.ts";

const LOOK_AGAIN_MS = 30_000;

/** Ollama's embedding model: the one the config names, or the first installed one that embeds. */
export async function openOllamaEmbedder(
  { provider, url, token, model }: Config["embeddings"],
  resolved: ResolvedOpenOptions,
): Promise<OpenedEmbedder> {
  const { fetch, ollamaHost, pauseMs, signal } = resolved;
  const server = createOllamaServer({
    url: url ?? ollamaHost ?? OLLAMA_DEFAULT,
    ...(token !== undefined && { token }),
    fetch,
  });
  try {
    await server.probe(signal);
  } catch (error) {
    // auto promises nothing: most machines have no Ollama.
    if (provider === "auto" && model === undefined && !signal?.aborted) return {};
    throw asModelFailure(error, server.who, signal);
  }
  const chosen = await chooseModel(
    server,
    {
      ...(model !== undefined && { model }),
      preferred: EMBEDDING_MODELS,
      capability: "embedding",
    },
    signal,
  ).catch((error) => {
    throw asModelFailure(error, server.who, signal);
  });
  if (!chosen) return { note: missing(server, model) };
  const digest = chosen.digest.slice(0, 12);
  const embedder = await createEmbedder(
    {
      who: server.who,
      model: chosen.name,
      ask: (texts, caller) =>
        retryWhenBusy(() => server.embed(chosen.name, texts, caller), { pauseMs, signal: caller }),
      spaceOf: (dimensions) => ({
        id: `ollama/${chosen.name.replace(/:latest$/, "")}@${digest}/${dimensions}/${FORM_VERSION}`,
        dimensions,
      }),
      checkSame: sameModel(server, chosen, resolved),
    },
    signal,
  );
  return { embedder };
}

function missing(server: OllamaServer, model: string | undefined): string {
  const what = model === undefined ? "no model that embeds" : `no model ${model}`;
  const pull = `\`ollama pull ${model ?? EMBEDDING_MODELS[0]}\``;
  return `${server.who} has ${what}; the built-in embedding is used. ${pull} would change that`;
}

/** Looks now and then whether the name still means the same model: a pull replaces it in place. */
function sameModel(server: OllamaServer, { name, digest }: ChosenModel, { clock }: ResolvedOpenOptions) {
  let lookedAt = clock.ticksMs();
  return async (signal?: AbortSignal): Promise<void> => {
    if (clock.ticksMs() - lookedAt < LOOK_AGAIN_MS) return;
    const now = (await server.models(signal)).find((model) => model.name === name);
    if (now?.digest !== digest)
      throw new BadAnswer(`${now ? "has another" : "has no longer the"} model ${name}; open it anew`);
    lookedAt = clock.ticksMs();
  };
}
