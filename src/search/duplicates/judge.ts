import * as z from "zod";
import { PreloopError } from "#base";
import type { LanguageModel, ModelQuestion } from "#model";
import { type Db, saveVerdict } from "#store";
import { type DuplicatePair, type Judged, PAIR_VERDICTS } from "./types.ts";

const answerShape = z.object({ verdict: z.enum(PAIR_VERDICTS), reason: z.string().max(2000) });

// A model that reads more of an issue than this judges no better.
const LONGEST_BODY = 6000;

/**
 * Pairs with a model's verdict where there was none; verdicts are kept by the texts and the model, so that each is asked
 * for once. @throws model_failed
 */
export async function judgePairs(
  db: Db,
  pairs: readonly DuplicatePair[],
  { model, signal }: { readonly model: LanguageModel; readonly signal?: AbortSignal | undefined },
): Promise<DuplicatePair[]> {
  const judged: DuplicatePair[] = [];
  for (const pair of pairs) {
    signal?.throwIfAborted();
    judged.push(pair.judged ? pair : { ...pair, judged: await judge(db, pair, { model, signal }) });
  }
  return judged;
}

async function judge(
  db: Db,
  { older, newer }: DuplicatePair,
  { model, signal }: { readonly model: LanguageModel; readonly signal: AbortSignal | undefined },
): Promise<Judged> {
  const answer = answerShape.safeParse(await model.answer(questionOf(older, newer), signal));
  if (!answer.success)
    throw new PreloopError("model_failed", `${model.id} gave no verdict on ${newer.key} and ${older.key}`);
  const judged = { ...answer.data, judge: model.id };
  await saveVerdict(db, [older.contentHash, newer.contentHash], judged);
  return judged;
}

interface Text {
  readonly title: string;
  readonly body: string;
}

function questionOf(first: Text, second: Text): ModelQuestion {
  return {
    task: [
      "You compare two issues of a tracker, each given by its title and body, and say what they are to each other.",
      "duplicate: they report the same fault or ask for the same thing; mending one settles the other.",
      "overlapping: they share a cause or a part, and each has something that the other lacks.",
      "unrelated: anything else, however alike their words are.",
      "reason: one short sentence that names what they share or what parts them.",
    ].join("\n"),
    data: {
      "first title": first.title,
      "first body": first.body.slice(0, LONGEST_BODY),
      "second title": second.title,
      "second body": second.body.slice(0, LONGEST_BODY),
    },
    schema: {
      type: "object",
      properties: { verdict: { type: "string", enum: [...PAIR_VERDICTS] }, reason: { type: "string" } },
      required: ["verdict", "reason"],
      additionalProperties: false,
    },
    maxTokens: 300,
  };
}

/** Writes down that a person looked at a pair and found the two not the same. */
export async function dismissPair(
  db: Db,
  { older, newer }: Pick<DuplicatePair, "older" | "newer">,
  by: string,
): Promise<void> {
  const judged = { judge: `person:${by}`, verdict: "unrelated", reason: "dismissed" } as const;
  await saveVerdict(db, [older.contentHash, newer.contentHash], judged);
}
