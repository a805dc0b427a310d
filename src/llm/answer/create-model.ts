import type { JsonObject } from "#base";
import type { LanguageModel, ModelQuestion } from "#model";
import { cutText } from "../cut.ts";
import { asModelFailure, BadAnswer } from "../failure.ts";
import { type Prompt, writePrompt } from "./prompt.ts";
import { answerReader } from "./read-answer.ts";

/** A message of a chat. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** Input of one chat completion. */
export interface ChatInput {
  readonly messages: readonly ChatMessage[];
  readonly schema: JsonObject;
  readonly maxTokens: number;
}

interface ModelParts {
  readonly id: string;
  /** How the model is called in errors. */
  readonly who: string;
  readonly maxDataChars?: number;
  /** The answer's text. Rejects with HttpRefusal, BadAnswer or fetch's errors. */
  readonly chat: (input: ChatInput, signal?: AbortSignal) => Promise<string>;
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
      const input = { schema: question.schema, maxTokens: question.maxTokens ?? MAX_TOKENS };
      let bad: { readonly text: string; readonly fault: string } | undefined;
      for (;;) {
        try {
          const text = await chat({ ...input, messages: messagesOf(prompt, bad) }, signal);
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

function messagesOf(
  { system, user }: Prompt,
  bad: { text: string; fault: string } | undefined,
): readonly ChatMessage[] {
  const messages: ChatMessage[] = [
    { role: "system", content: system },
    { role: "user", content: user },
  ];
  if (bad)
    messages.push(
      { role: "assistant", content: cutText(bad.text, QUOTED_BACK) || "(nothing)" },
      { role: "user", content: `You ${bad.fault}. Answer the task again, with JSON of the schema alone.` },
    );
  return messages;
}
