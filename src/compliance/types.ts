import type { ComplianceCheck } from "#config";

/** Kinds of work that an issue may be; they decide which criteria apply. */
export const KINDS = ["bug", "story", "task"] as const;
export type Kind = (typeof KINDS)[number];

/** Direction of a metric: what a high score means. */
export type Direction = "higher_is_better" | "higher_is_riskier";

/** Verdicts on a criterion. `not_applicable` and `not_assessed` leave the score alone: the one asks too much of this issue, the other of us. */
export const CRITERION_VERDICTS = ["pass", "part", "fail", "not_applicable", "not_assessed"] as const;
export type CriterionVerdict = (typeof CRITERION_VERDICTS)[number];

/** A pattern that a team wrote itself, tried on each line. */
export interface PatternCheck {
  readonly pattern: string;
  readonly in: "title" | "body" | "prose" | "code" | "labels";
  /** The criterion passes when nothing matches. */
  readonly absent?: boolean | undefined;
}

/** Criterion of a metric, judged by a rule, by a model, or by both. A pass is always the good news. */
export interface Criterion {
  readonly id: string;
  readonly title: string;
  readonly weight: number;
  readonly kinds?: readonly Kind[] | undefined;
  readonly check?: ComplianceCheck | PatternCheck | undefined;
  /** What a model is to judge. Without one, a model is not asked about the criterion. */
  readonly prompt?: string | undefined;
  /** What to do when it fails; the check's own advice without it. */
  readonly suggestion?: string | undefined;
}

/** Metric as data: named criteria, and what a high score means. */
export interface Metric {
  readonly name: string;
  readonly title: string;
  readonly description?: string | undefined;
  readonly direction: Direction;
  /** Changes with the criteria and with the rules behind them. */
  readonly version: string;
  readonly criteria: readonly Criterion[];
}

/** Issue that is assessed, or a draft of one. */
export interface AssessedIssue {
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly type?: string | undefined;
  readonly priority?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  /** True when the tracker's own text holds more than the Markdown, so that no new text is proposed. */
  readonly isLossy?: boolean | undefined;
  /** Where it lives; a draft lives nowhere yet. */
  readonly tracker?: string | undefined;
  readonly project?: string | undefined;
  readonly key?: string | undefined;
}

/** A stretch of the title or the body, in UTF-16 units. */
export interface Evidence {
  readonly in: "title" | "body";
  readonly start: number;
  readonly end: number;
  /** What stands there, secrets masked; long ones are cut. */
  readonly text: string;
}

/** Verdict on one criterion of an issue, and what it rests on. */
export interface CriterionResult {
  readonly id: string;
  readonly title: string;
  readonly verdict: CriterionVerdict;
  readonly weight: number;
  /** Who found it. */
  readonly basis: "rules" | "model";
  readonly reason: string;
  readonly evidence?: Evidence;
  readonly suggestion?: string;
  /** What a model says against a verdict of the rules, which stays. */
  readonly advice?: string;
}

/** Assessment of an issue by one metric: its score, and the verdict on each criterion. */
export interface Assessment {
  readonly metric: string;
  readonly title: string;
  readonly version: string;
  readonly kind: Kind;
  /** 0 to 1; null when nothing could be assessed. */
  readonly score: number | null;
  readonly direction: Direction;
  /** `model` when a model had its say, too. */
  readonly basis: "rules" | "model";
  readonly model?: string;
  /** Why something was left out: a language we do not read, a model that failed. */
  readonly notes: readonly string[];
  readonly criteria: readonly CriterionResult[];
}
