import type { Embedder } from "#model";
import { type Db, readTermCounts } from "#store";
import { BUILTIN_SPACE, builtinVector } from "./builtin-vector.ts";
import { readText } from "./reading.ts";
import { gentleRarity, numbersOf, termNumber } from "./term-weights.ts";

/** The embedding that needs no model: it works offline, and knows from the store how rare the words of a query are. */
export function createBuiltinEmbedder(db: Pick<Db, "rows">): Embedder {
  return {
    space: BUILTIN_SPACE,
    async embedDocuments(texts, signal) {
      signal?.throwIfAborted();
      return texts.map((text) => builtinVector(readText(text)));
    },
    async embedQuery(text) {
      const reading = readText(text);
      const counts = await readTermCounts(db, numbersOf(reading));
      return builtinVector(reading, (term) => gentleRarity(counts, termNumber(term)));
    },
  };
}
