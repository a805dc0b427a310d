import type { RuleConfig } from "#config";
import type { Condition } from "../condition.ts";

/** Finding about a policy that its author should know. */
export interface PolicyFinding {
  /** An error is a rule that cannot do what it says; a warning is one that is likely not meant. */
  readonly level: "error" | "warning";
  readonly rule: string;
  readonly message: string;
  /** `preloop.config.json:12:5` */
  readonly where?: string;
}

/** A rule as the checks see it. */
export interface CheckedRule {
  readonly config: RuleConfig;
  readonly globs: readonly string[];
  readonly condition?: Condition;
  readonly found: (level: PolicyFinding["level"], message: string, key?: keyof RuleConfig) => PolicyFinding;
}
