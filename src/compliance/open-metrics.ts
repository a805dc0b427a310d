import { digestOf, type Json, PreloopError } from "#base";
import { type Config, nearest } from "#config";
import { compileRegex } from "#regex";
import { RULES_VERSION } from "./checks/checks.ts";
import { DOR } from "./metrics/dor.ts";
import { INVEST } from "./metrics/invest.ts";
import { RISK } from "./metrics/risk.ts";
import type { Criterion, Metric } from "./types.ts";

/** The metrics there are: ours, and those of the config. */
export interface Metrics {
  /** By name, whatever its case. @throws arguments_invalid with the names there are */
  find(name: string): Metric;
  readonly all: readonly Metric[];
}

type Draft = Omit<Metric, "version">;

const BUILT_IN: readonly Draft[] = [
  {
    name: "DoR",
    title: "Definition of Ready",
    description: "Whether work on the issue can begin.",
    direction: "higher_is_better",
    criteria: DOR,
  },
  {
    name: "INVEST",
    title: "INVEST",
    description: "Independent, negotiable, valuable, estimable, small, testable.",
    direction: "higher_is_better",
    criteria: INVEST,
  },
  {
    name: "Risk",
    title: "Risk",
    description: "What could go wrong when the issue is worked on.",
    direction: "higher_is_riskier",
    criteria: RISK,
  },
];

/** The built-in metrics and those of the config; one of the config stands in for ours of the same name. @throws config_invalid */
export function openMetrics(config: Config["compliance"]): Metrics {
  const own = Object.entries(config.metrics).map(([name, metric]) => readMetric(name, metric));
  const taken = new Set(own.map(({ name }) => name.toLowerCase()));
  const all = [...BUILT_IN.filter(({ name }) => !taken.has(name.toLowerCase())), ...own].map(withVersion);
  return {
    all,
    find(name) {
      const metric = all.find((one) => one.name.toLowerCase() === name.trim().toLowerCase());
      if (metric) return metric;
      const names = all.map((one) => one.name);
      const meant = nearest(name, names);
      throw new PreloopError(
        "arguments_invalid",
        `There is no metric ${name}; ${meant ? `did you mean ${meant}? ` : ""}There are ${names.join(", ")}`,
        { data: { metrics: names } },
      );
    },
  };
}

function readMetric(name: string, metric: Config["compliance"]["metrics"][string]): Draft {
  for (const { id, check } of metric.criteria) checkPattern(`compliance.metrics.${name}, ${id}`, check);
  const { title = name, description, direction, criteria } = metric;
  return { name, title, direction, criteria, ...(description !== undefined && { description }) };
}

function checkPattern(where: string, check: Criterion["check"]): void {
  if (typeof check !== "object") return;
  try {
    compileRegex(check.pattern);
  } catch (error) {
    throw new PreloopError("config_invalid", `${where}: the pattern ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function withVersion(draft: Draft): Metric {
  const { name, direction, criteria } = draft;
  const digest = digestOf(JSON.parse(JSON.stringify({ name, direction, criteria })) as Json);
  return { ...draft, version: `${RULES_VERSION}-${digest.slice(0, 12)}` };
}
