import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { silentLog } from "#base";
import { indexStale, type SearchMode, similarIssues } from "#search";
import { type Db, openStore, saveIssues } from "#store";
import { makeHome, removeHome } from "../support/embedded.ts";
import { someIssue } from "../support/issues.ts";
import { createDatabase } from "../support/stores.ts";
import { type EvalData, type Question, type Report, readData } from "./data.ts";
import { type Figure, type Figures, figuresOf } from "./figures.ts";

const root = process.cwd();
const NO_MODELS = { models: [] };
const LOOKED_AT = 20;
const AT_ONCE = 4;

interface Way {
  readonly name: string;
  readonly mode: SearchMode;
  readonly isTitleOnly: boolean;
  readonly recency: boolean;
}

const WAYS: readonly Way[] = [
  ...[false, true].flatMap((isTitleOnly) =>
    (["fulltext", "similarity", "hybrid"] as const).map((mode) => ({
      name: `${isTitleOnly ? "title" : "full report"}, ${mode}`,
      mode,
      isTitleOnly,
      recency: false,
    })),
  ),
  { name: "duplicates (full report, hybrid, recency)", mode: "hybrid", isTitleOnly: false, recency: true },
];

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { every: { type: "string", default: "1" }, json: { type: "boolean", default: false } },
});

for (const folder of foldersToMeasure()) {
  const result = await measure(readData(folder));
  if (options.json) console.log(JSON.stringify(result));
  else print(result);
}

function foldersToMeasure(): string[] {
  const own = path.join(root, "test/eval/small");
  const named = [...positionals, ...(process.env.PRELOOP_EVAL?.split(path.delimiter) ?? [])];
  if (named.length > 0) return named;
  const sibling = path.join(root, "../shared/eval");
  const found = existsSync(sibling)
    ? readdirSync(sibling)
        .map((name) => path.join(sibling, name))
        .filter((one) => existsSync(path.join(one, "duplicates.json")))
    : [];
  if (found.length === 0)
    console.error(
      "Only our own small set is measured. Name a folder of reports: npm run eval -- FOLDER, or PRELOOP_EVAL=FOLDER",
    );
  return [own, ...found];
}

async function measure(data: EvalData) {
  const store = await openOwnStore();
  try {
    const began = performance.now();
    await fill(store.db, data.reports);
    const filled = performance.now();
    await indexStale(store.db, NO_MODELS);
    const indexed = performance.now();
    note(
      `${data.name}: ${data.reports.length} issues saved in ${seconds(filled - began)}, indexed in ${seconds(indexed - filled)}`,
    );
    const questions = data.questions.filter((_, index) => index % Number(options.every) === 0);
    const figures: Record<string, Figures> = {};
    for (const way of WAYS) {
      const start = performance.now();
      const places: number[] = [];
      const left = [...questions];
      const work = async () => {
        for (let question = left.pop(); question; question = left.pop())
          places.push(await placeOf(store.db, question, way));
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      figures[way.name] = figuresOf(places);
      note(`${way.name}: ${((performance.now() - start) / questions.length).toFixed(0)} ms a query`);
    }
    return {
      name: data.name,
      store: store.db.kind,
      issues: data.reports.length,
      questions: questions.length,
      figures,
    };
  } finally {
    await store.remove();
  }
}

async function placeOf(db: Db, { report, relevant }: Question, way: Way): Promise<number> {
  const { hits } = await similarIssues(
    db,
    {
      title: report.title,
      body: way.isTitleOnly ? "" : report.body,
      mode: way.mode,
      recency: way.recency,
      at: report.created,
      createdBefore: report.created,
      limit: LOOKED_AT,
    },
    NO_MODELS,
  );
  const at = hits.findIndex(({ row }) => relevant.has(row.id));
  return at < 0 ? Number.POSITIVE_INFINITY : at + 1;
}

async function fill(db: Db, reports: readonly Report[]): Promise<void> {
  for (let at = 0; at < reports.length; at += 200) {
    const issues = reports
      .slice(at, at + 200)
      .map(({ id, project, title, body, created }) =>
        someIssue(id, { project, key: id, title, body, createdAt: created, updatedAt: created }),
      );
    await db.transaction((tx) => saveIssues(tx, { tracker: "t", issues }));
  }
}

/** A store of its own: on the PostgreSQL of the tests where there is one, embedded otherwise. */
async function openOwnStore(): Promise<{ readonly db: Db; remove(): Promise<void> }> {
  const server = process.env.PRELOOP_TEST_DATABASE_URL;
  const home = await makeHome();
  const database = server ? await createDatabase(server) : undefined;
  const db = await openStore({ url: database?.url, home, log: silentLog });
  const remove = async () => {
    await db.close();
    await database?.remove();
    await removeHome(home);
  };
  return { db, remove };
}

function print({ name, store, issues, questions, figures }: Awaited<ReturnType<typeof measure>>): void {
  console.log(`\n${name}: ${questions} questions over ${issues} issues, store: ${store}\n`);
  console.log("| query, ranking | hit rate at 5 | at 10 | MRR |\n| --- | --- | --- | --- |");
  for (const [way, { at5, at10, mrr }] of Object.entries(figures))
    console.log(`| ${way} | ${[at5, at10, mrr].map(shown).join(" | ")} |`);
}

function shown({ value, halfWidth }: Figure): string {
  return `${value.toFixed(3)} ± ${halfWidth.toFixed(3)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function note(text: string): void {
  console.error(text);
}
