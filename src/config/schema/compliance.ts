import * as z from "zod";
import { COMPLIANCE_CHECKS } from "./compliance-checks.ts";
import { maybe, text } from "./parts.ts";

const PARTS = ["title", "body", "prose", "code", "labels"] as const;

const patternSchema = z.strictObject({
  pattern: text.meta({
    description: "A regular expression of RE2's kind, tried on each line; (?i) ignores case.",
  }),
  in: z.enum(PARTS).default("prose").meta({ description: "Where to look; prose is the body without code." }),
  absent: maybe(z.boolean(), "true: the criterion passes when nothing matches."),
});

const criterionSchema = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9.-]{0,47}$/, "is no name of a criterion; write one like bug.logs")
      .meta({ description: "Its name in results; unique within the metric." }),
    title: text.meta({ description: "What the criterion asks for, in a few words." }),
    kinds: maybe(
      z.array(z.enum(["bug", "story", "task"])).min(1),
      "The kinds of issue it applies to; all without it.",
    ),
    check: maybe(
      z.union([z.enum(COMPLIANCE_CHECKS), patternSchema]),
      "A check of preloop's own by its name, or a pattern. Works without a model.",
    ),
    prompt: maybe(
      text,
      "What a model is to judge. Without a model the criterion is not assessed, unless it has a check.",
    ),
    weight: z.number().positive().max(100).default(1).meta({ description: "How much it counts." }),
    suggestion: maybe(text, "What to do when it fails; best as a question."),
  })
  .refine(
    ({ check, prompt }) => check !== undefined || prompt !== undefined,
    "needs a check, a prompt, or both",
  );

/** The metrics by which issues are scored, besides DoR, INVEST and Risk. */
export const complianceSchema = z.strictObject({
  metrics: z
    .record(
      z.string().regex(/^[A-Za-z][\w-]{0,31}$/, "is no name of a metric; write one like Support or web-bugs"),
      z.strictObject({
        title: maybe(text, "Its name for people."),
        description: maybe(text, "What it is for."),
        direction: z
          .enum(["higher_is_better", "higher_is_riskier"])
          .default("higher_is_better")
          .meta({ description: "What a high score means." }),
        criteria: z
          .array(criterionSchema)
          .min(1)
          .refine(
            (criteria) => new Set(criteria.map(({ id }) => id)).size === criteria.length,
            "has two criteria of one id",
          )
          .meta({ description: "What the score is made of." }),
      }),
    )
    .default({})
    .meta({ description: "Metrics by name; one called DoR, INVEST or Risk takes that one's place." }),
});
