import type { ComplianceCheck } from "#config";
import { hasAcceptance, isTestable, taskHasOutcome } from "./acceptance.ts";
import { bugEnvironment, bugEvidence, bugExpected, bugFrequency, bugObserved, bugSteps } from "./bug.ts";
import type { IssueCheck } from "./finding.ts";
import { hasNoPersonalData, hasNoSecrets, isTidy } from "./hygiene.ts";
import { labelsAreSet, linksResolve, priorityIsSet, templateIsFilled, typeIsSet } from "./meta.ts";
import {
  riskBreaking,
  riskConcurrency,
  riskData,
  riskDependency,
  riskHasWayBack,
  riskMoney,
  riskProduction,
  riskSecurity,
  riskUnknowns,
} from "./risk.ts";
import {
  isIndependent,
  isSmall,
  isUnambiguous,
  storyIsAtomic,
  storyIsMinimal,
  storyIsWellFormed,
  storySaysWhy,
} from "./story.ts";
import { bodyIsPresent, bodyIsStructured, titleIsSpecific, titleIsUnique } from "./title.ts";

/** Counts changes of the rules that may change a finding; part of every metric's version. */
export const RULES_VERSION = 1;

/** The rules by the names that a config may use. */
export const CHECKS: Readonly<Record<ComplianceCheck, IssueCheck>> = {
  "title.specific": titleIsSpecific,
  "title.unique": titleIsUnique,
  "body.present": bodyIsPresent,
  "body.structured": bodyIsStructured,
  "template.filled": templateIsFilled,
  "bug.steps": bugSteps,
  "bug.expected": bugExpected,
  "bug.observed": bugObserved,
  "bug.evidence": bugEvidence,
  "bug.environment": bugEnvironment,
  "bug.frequency": bugFrequency,
  "story.wellformed": storyIsWellFormed,
  "story.why": storySaysWhy,
  "story.atomic": storyIsAtomic,
  "story.minimal": storyIsMinimal,
  "story.unambiguous": isUnambiguous,
  "story.acceptance": hasAcceptance,
  "story.testable": isTestable,
  "story.small": isSmall,
  "story.independent": isIndependent,
  "task.outcome": taskHasOutcome,
  "meta.type": typeIsSet,
  "meta.labels": labelsAreSet,
  "meta.priority": priorityIsSet,
  "links.resolve": linksResolve,
  "hygiene.secrets": hasNoSecrets,
  "hygiene.personal": hasNoPersonalData,
  "hygiene.raw": isTidy,
  "risk.security": riskSecurity,
  "risk.data": riskData,
  "risk.money": riskMoney,
  "risk.production": riskProduction,
  "risk.breaking": riskBreaking,
  "risk.dependency": riskDependency,
  "risk.concurrency": riskConcurrency,
  "risk.unknowns": riskUnknowns,
  "risk.way-back": riskHasWayBack,
};

/** The check that decides alone: a secret makes any issue as bad as can be. */
export const GATE: ComplianceCheck = "hygiene.secrets";
