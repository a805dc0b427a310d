import { canonicalJson, isJsonObject, type Json, type JsonObject, redactText, sha256 } from "#base";
import type { LanguageModel, ModelQuestion } from "#model";
import { type Query, readJudgement, saveJudgement } from "#store";
import { maskSecrets } from "./checks/hygiene.ts";
import type { ParsedIssue } from "./text/parse-issue.ts";
import type { Criterion, Metric } from "./types.ts";

/** Judgement of a model on a criterion. All of it is the model's word, and some of it may be the issue's author's. */
export interface Judgement {
  readonly id: string;
  readonly verdict: "pass" | "part" | "fail";
  readonly reason: string;
  /** The words of the issue that it rests on; empty for what is not there. */
  readonly quote: string;
}

interface Judging {
  readonly model: LanguageModel;
  readonly store?: Query | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What a model says about the criteria that have a prompt, asked in one question. An answer is kept by what the model
 * was shown, by the metric's version and by the model. @throws model_failed, request_cancelled
 */
export async function judge(
  issue: ParsedIssue,
  metric: Metric,
  { model, store, signal }: Judging,
): Promise<ReadonlyMap<string, Judgement>> {
  const asked = metric.criteria.filter(
    ({ prompt, kinds }) => prompt !== undefined && (!kinds || kinds.includes(issue.kind)),
  );
  if (asked.length === 0) return new Map();
  const question = questionOf(issue, asked);
  const key = {
    contentHash: sha256(canonicalJson({ ...question.data, kind: issue.kind })),
    metric: metric.name,
    metricVersion: metric.version,
    model: model.id,
  };
  const kept = store && (await readJudgement(store, key));
  const answer = kept === undefined ? await model.answer(question, signal) : (JSON.parse(kept) as Json);
  if (store && kept === undefined) await saveJudgement(store, key, JSON.stringify(answer));
  return judgementsIn(answer, asked);
}

function questionOf({ kind, title, body }: ParsedIssue, asked: readonly Criterion[]): ModelQuestion {
  const criteria = asked.map(({ id, prompt }) => `- ${id}: ${prompt}`);
  return {
    task: [
      `You judge how an issue of a tracker is written: a ${kind}, given by its title and its body.`,
      "Judge each of these statements about it, and nothing else:",
      ...criteria,
      "verdict: pass when the statement is true, part when it is half true, fail when it is not.",
      "reason: one short sentence of your own about why.",
      "quote: the shortest words of the title or the body that the verdict rests on, copied letter by letter from one",
      "place; empty when the verdict rests on something that is missing. Judge what is written, not what you know.",
    ].join("\n"),
    data: { title: maskSecrets(title), body: maskSecrets(body) },
    schema: answerSchema(asked.map(({ id }) => id)),
    maxTokens: 400 + asked.length * 200,
  };
}

function answerSchema(ids: readonly string[]): JsonObject {
  return {
    type: "object",
    properties: {
      criteria: {
        type: "array",
        items: {
          type: "object",
          properties: {
            id: { type: "string", enum: ids },
            verdict: { type: "string", enum: ["pass", "part", "fail"] },
            reason: { type: "string" },
            quote: { type: "string" },
          },
          required: ["id", "verdict", "reason", "quote"],
          additionalProperties: false,
        },
      },
    },
    required: ["criteria"],
    additionalProperties: false,
  };
}

const MAX_REASON = 300;

function judgementsIn(answer: Json, asked: readonly Criterion[]): Map<string, Judgement> {
  const judgements = new Map<string, Judgement>();
  const list =
    isJsonObject(answer) && Array.isArray(answer.criteria) ? (answer.criteria as readonly Json[]) : [];
  for (const item of list) {
    const { id, verdict, reason, quote } = item as unknown as Judgement;
    // The first word on a criterion counts; the schema has checked the rest.
    if (judgements.has(id) || !asked.some((criterion) => criterion.id === id)) continue;
    const short = redactText(reason).replace(/\s+/g, " ").trim().slice(0, MAX_REASON);
    judgements.set(id, { id, verdict, reason: short, quote });
  }
  return judgements;
}
