import type { JsonObject } from "#base";
import type { LanguageModel, ModelQuestion } from "#model";
import { cutText } from "./cut.ts";
import { asModelFailure, BadAnswer } from "./failure.ts";
import { type Prompt, writePrompt } from "./prompt.ts";
import { answerReader } from "./read-answer.ts";

/** One turn of a chat. */
export interface Turn {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** What a model server is asked to do. */
export interface ChatRound {
  readonly turns: readonly Turn[];
  readonly schema: JsonObject;
  readonly maxTokens: number;
}

interface ModelParts {
  readonly id: string;
  /** How the model is called in errors. */
  readonly who: string;
  readonly maxDataChars?: number;
  /** The answer's text. Rejects with HttpRefusal, BadAnswer or fetch's errors. */
  readonly chat: (round: ChatRound, signal?: AbortSignal) => Promise<string>;
}

const MAX_TOKENS = 2_048;
const QUOTED_BACK = 2_000;

/** A language model over whatever can chat: the prompt is ours, the answer is checked, a bad one gets one more try. */
export function createModel({ id, who, maxDataChars, chat }: ModelParts): LanguageModel {
  return {
    id,
    async answer(question: ModelQuestion, signal?: AbortSignal) {
      const read = await answerReader(question.schema);
      const prompt = writePrompt(question, maxDataChars);
      const round = { schema: question.schema, maxTokens: question.maxTokens ?? MAX_TOKENS };
      let bad: { readonly text: string; readonly fault: string } | undefined;
      for (;;) {
        try {
          const text = await chat({ ...round, turns: turnsOf(prompt, bad) }, signal);
          try {
            return read(text);
          } catch (error) {
            if (bad || !(error instanceof BadAnswer)) throw error;
            bad = { text, fault: error.message };
          }
        } catch (error) {
          throw asModelFailure(error, who, signal);
        }
      }
    },
  };
}

function turnsOf(
  { system, user }: Prompt,
  bad: { text: string; fault: string } | undefined,
): readonly Turn[] {
  const turns: Turn[] = [
    { role: "system", content: system },
    { role: "user", content: user },
  ];
  if (bad)
    turns.push(
      { role: "assistant", content: cutText(bad.text, QUOTED_BACK) || "(nothing)" },
      { role: "user", content: `You ${bad.fault}. Answer the task again, with JSON of the schema alone.` },
    );
  return turns;
}
