import type { Embedder } from "#model";
import { type Db, readTermCounts } from "#store";
import { analyzeText } from "./text/analyze-text.ts";
import { BUILTIN_SPACE, builtinVector } from "./text/builtin-vector.ts";
import { numbersOf, smoothIdf, termNumber } from "./text/term-weights.ts";

/** The embedding that needs no model: it works offline, and knows from the store how rare the words of a query are. */
export function createBuiltinEmbedder(db: Pick<Db, "rows">): Embedder {
  return {
    space: BUILTIN_SPACE,
    async embedDocuments(texts, signal) {
      signal?.throwIfAborted();
      return texts.map((text) => builtinVector(analyzeText(text)));
    },
    async embedQuery(text) {
      const analyzed = analyzeText(text);
      const counts = await readTermCounts(db, numbersOf(analyzed));
      return builtinVector(analyzed, (term) => smoothIdf(counts, termNumber(term)));
    },
  };
}
