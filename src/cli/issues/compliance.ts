import type { Command } from "commander";
import { PreloopError } from "#base";
import type { Assessment, Improvement, Metric } from "#compliance";
import type { LanguageModel } from "#model";
import { shown } from "#views";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import { assessmentLines, assessmentView, improvementLines, improvementView } from "./compliance-text.ts";
import { findStoredIssue } from "./find-stored-issue.ts";

interface Flags {
  readonly metric: string;
  readonly improve?: boolean;
  readonly rules?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `preloop compliance ISSUE…`. */
export function registerCompliance(program: Command, context: CommandContext): void {
  program
    .command("compliance <issue...>")
    .description("how well issues are written, by a metric's criteria, and what would make them better")
    .option("--metric <name>", "DoR, INVEST, Risk, or one of your own", "DoR")
    .option("--improve", "show a better version, with a diff; nothing is sent")
    .option("--rules", "by rules alone, though there is a model")
    .option("--all", "criteria that do not apply, too")
    .option("--json", "one JSON document")
    .action((issues: readonly string[], flags: Flags) => compliance(context, issues, flags));
}

async function compliance(
  context: CommandContext,
  identifiers: readonly string[],
  flags: Flags,
): Promise<void> {
  const { loaded, settings, log } = await context.runtime();
  const { assess, improve, openMetrics } = await import("#compliance");
  const metric = findMetric(openMetrics(loaded.config.compliance), flags.metric);
  const store = await context.store();
  const rows = [];
  for (const identifier of identifiers) rows.push(await findStoredIssue(store, identifier));
  const model = flags.rules ? undefined : await openReader();

  const results: { readonly key: string; readonly title: string; found: Assessment; better?: Improvement }[] =
    [];
  for (const row of rows) {
    const found = await assess(row, metric, { model, store });
    const better = flags.improve
      ? await improve(row, metric, { model, store, assessment: found })
      : undefined;
    results.push({ key: `${row.tracker}:${row.key}`, title: row.title, found, ...(better && { better }) });
  }
  if (flags.json)
    return context.out.line(
      jsonText(
        results.map(({ key, title, found, better }) => ({
          issue: key,
          title,
          ...assessmentView(found),
          ...(better && { improvement: improvementView(better) }),
        })),
      ),
    );
  for (const [at, { key, title, found, better }] of results.entries()) {
    if (at > 0) context.out.line();
    context.out.line(`${shown(key)}  ${shown(title)}`);
    for (const line of assessmentLines(found, { all: flags.all === true })) context.out.line(line);
    for (const line of better ? improvementLines(better) : []) context.out.line(line);
  }

  async function openReader(): Promise<LanguageModel | undefined> {
    const { openModel } = await import("#llm");
    return openModel(loaded.config.llm, { ollamaHost: settings.ollamaHost, log });
  }
}

function findMetric(metrics: { find(name: string): Metric }, name: string): Metric {
  try {
    return metrics.find(name);
  } catch (error) {
    throw error instanceof PreloopError ? new PreloopError("usage", error.message) : error;
  }
}
