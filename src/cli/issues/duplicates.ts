import type { Command } from "commander";
import { isPreloopError, type JsonObject, makeVisible, PreloopError } from "#base";
import type { DuplicatePair } from "#search";
import type { Db } from "#store";
import { shown } from "#views";
import type { CommandContext } from "../context.ts";
import { jsonText } from "../output/json.ts";
import { registerResolve } from "./duplicates-resolve.ts";
import { embeddersOf } from "./embedders.ts";

interface Flags {
  readonly project?: string;
  readonly threshold?: string;
  readonly limit: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `preloop duplicates`. */
export function registerDuplicates(program: Command, context: CommandContext): void {
  const group = program
    .command("duplicates")
    .description("issues that may say the same, across projects, the likeliest first")
    .option("--project <project>", "pairs with an issue of this project")
    .option("--threshold <likeness>", "leave out what is less alike, from 0 to 1")
    .option("--limit <count>", "how many pairs at most", "20")
    .option("--all", "also linked pairs, closed ones, and those judged unrelated")
    .option("--json", "one JSON document")
    .action((flags: Flags) => duplicates(context, flags));
  registerResolve(group, context);
}

async function duplicates(context: CommandContext, flags: Flags): Promise<void> {
  const filter = { ...readFlags(flags), project: flags.project, all: flags.all };
  const db = await context.store();
  const { checkDuplicates, listDuplicates } = await import("#search");
  await checkDuplicates(db, await embeddersOf(context));
  const pairs = await judged(context, db, await listDuplicates(db, filter));
  if (flags.json) return context.out.line(jsonText(pairs.map(pairView)));
  if (pairs.length === 0) context.out.line("No two issues are alike that are open and not linked.");
  for (const line of pairs.flatMap(pairLines)) context.out.line(line);
}

function readFlags({ threshold, limit }: Flags): { readonly threshold?: number; readonly limit: number } {
  const count = Number(limit);
  if (!/^[1-9]\d*$/.test(limit) || count > 1000)
    throw new PreloopError("usage", `--limit takes a count from 1 to 1000, not ${shown(limit)}`);
  if (threshold === undefined) return { limit: count };
  const least = Number(threshold);
  if (!/^[\d.]+$/.test(threshold) || !(least >= 0 && least <= 1))
    throw new PreloopError("usage", `--threshold takes a number from 0 to 1, not ${shown(threshold)}`);
  return { limit: count, threshold: least };
}

/** With the verdicts of the model, where one is configured and answers. */
async function judged(
  context: CommandContext,
  db: Db,
  pairs: readonly DuplicatePair[],
): Promise<readonly DuplicatePair[]> {
  const { loaded, settings, log } = await context.runtime();
  const [{ openModel }, { judgePairs }] = await Promise.all([import("#llm"), import("#search")]);
  try {
    const model = await openModel(loaded.config.llm, { ollamaHost: settings.ollamaHost, log });
    return model ? await judgePairs(db, pairs, { model }) : pairs;
  } catch (error) {
    if (!isPreloopError(error, "model_failed")) throw error;
    context.out.note(`preloop: some pairs are not judged. ${makeVisible(error.message).text}`);
    return pairs;
  }
}

function pairView({ older, newer, likeness, judged }: DuplicatePair): JsonObject {
  return {
    newer: issueView(newer),
    older: issueView(older),
    likeness: Number(likeness.toFixed(4)),
    ...(judged && { verdict: judged.verdict, reason: judged.reason, judge: judged.judge }),
  };
}

function issueView({ tracker, key, title, url, state, createdAt }: DuplicatePair["older"]): JsonObject {
  return { issue: `${tracker}:${key}`, title, url, state, createdAt: createdAt.toISOString() };
}

function pairLines({ older, newer, likeness, judged }: DuplicatePair): string[] {
  const said = judged ? `${judged.verdict} (${shown(judged.judge)}): ${shown(judged.reason)}` : "not judged";
  return [
    `${likeness.toFixed(2)}  ${said}`,
    ...[newer, older].map(
      (issue) =>
        `  ${issue.state === "open" ? ">" : "."} ${shown(`${issue.tracker}:${issue.key}`)}  ${issue.createdAt.toISOString().slice(0, 10)}  ${shown(issue.title)}`,
    ),
    "",
  ];
}
