import { type Json, PreloopError } from "#base";
import type { LanguageModel, ModelQuestion } from "#model";

/** A model that answers what the test says, and remembers what it was asked. */
export function modelOf(
  answer: (question: ModelQuestion) => Json,
): LanguageModel & { readonly asked: ModelQuestion[] } {
  const asked: ModelQuestion[] = [];
  return {
    id: "test/model",
    asked,
    async answer(question) {
      asked.push(question);
      return answer(question);
    },
  };
}

/** One that fails. */
export const brokenModel: LanguageModel = {
  id: "test/broken",
  answer: () => Promise.reject(new PreloopError("model_failed", "The model answered nonsense")),
};

type Word = readonly [id: string, verdict: "pass" | "part" | "fail", quote: string];

/** Judgements in the shape that is asked for. */
export function judgements(...words: readonly Word[]): Json {
  return {
    criteria: words.map(([id, verdict, quote]) => ({ id, verdict, quote, reason: `because of ${id}` })),
  };
}
