import type { Embedder, Space } from "#model";
import { asModelFailure, BadAnswer } from "../failure.ts";
import { type AskVectors, embedAll } from "./embed-batches.ts";
import { formOf } from "./embedding-models.ts";

interface EmbedderParts {
  /** How the server is called in errors. */
  readonly who: string;
  readonly model: string;
  readonly ask: AskVectors;
  /** The space of vectors with so many dimensions. */
  readonly spaceOf: (dimensions: number) => Space;
  /** Throws when the model behind the name is another one by now. */
  readonly checkSame?: (signal?: AbortSignal) => Promise<void>;
}

const SAMPLE = { title: "A probe", body: "How many dimensions does an answer have?" };

/** An embedder over a server's model; one real answer says how many dimensions it has. @throws model_failed */
export async function createEmbedder(parts: EmbedderParts, signal?: AbortSignal): Promise<Embedder> {
  const { who, model, ask, spaceOf, checkSame } = parts;
  const form = formOf(model);

  async function embed(texts: readonly string[], caller?: AbortSignal): Promise<Float32Array[]> {
    try {
      if (texts.length > 0) await checkSame?.(caller);
      return await embedAll(ask, texts, caller);
    } catch (error) {
      throw asModelFailure(error, who, caller);
    }
  }

  const [sample] = await embed([form.document(SAMPLE)], signal);
  const space = spaceOf(sample!.length);

  // A model may be replaced under its name while we live; its vectors belong to another space.
  async function embedSame(texts: readonly string[], caller?: AbortSignal): Promise<Float32Array[]> {
    const vectors = await embed(texts, caller);
    const other = vectors.find(({ length }) => length !== space.dimensions);
    if (other)
      throw asModelFailure(
        new BadAnswer(
          `now answers ${other.length} dimensions for ${model} instead of ${space.dimensions}; open it anew`,
        ),
        who,
      );
    return vectors;
  }

  return {
    space,
    embedDocuments: (texts, caller) => embedSame(texts.map(form.document), caller),
    embedQuery: async (text, caller) => (await embedSame([form.query(text)], caller))[0]!,
  };
}
