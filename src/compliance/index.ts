/** Compliance: how well issues are written, by metrics made of criteria; and what would make them better. */
export { type AssessOptions, assess } from "./assess.ts";
export { type Improvement, type ImproveOptions, improve } from "./improve.ts";
export { type Metrics, openMetrics } from "./open-metrics.ts";
export type {
  AssessedIssue,
  Assessment,
  Criterion,
  CriterionResult,
  CriterionVerdict,
  Direction,
  Evidence,
  Kind,
  Metric,
} from "./types.ts";
