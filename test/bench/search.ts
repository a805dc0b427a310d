import { readFileSync } from "node:fs";
import { silentLog } from "#base";
import { BUILTIN_SPACE, createBuiltinEmbedder, indexStale, SEARCH_MODES, searchIssues } from "#search";
import { type Db, indexSpace, listSpaces, openStore, rankIssues, type SpaceRow, saveIssues } from "#store";
import { makeHome, ownersOf, removeHome } from "../support/embedded.ts";
import { createDatabase } from "../support/stores.ts";
import { makeIssues, makeQueries } from "./make-issues.ts";

const QUERIES = 200;
/** Where searches are slow, fewer of them have to do; a 99th percentile wants a hundred all the same. */
const ENOUGH = { queries: 100, ms: 60_000 };
const RECALL_QUERIES = 40;
const NO_MODELS = { models: [] };

export interface SearchFigures {
  readonly store: string;
  readonly issues: number;
  readonly indexSeconds: number;
  readonly indexRssMb: number;
  readonly storeRssMb: number | undefined;
  /** Milliseconds of the whole call. */
  readonly calls: readonly { readonly name: string; readonly p50: number; readonly p99: number }[];
  readonly graphSeconds: number;
  /** Of the ten nearest by the exact distance, how many the index finds. */
  readonly recallAt10: number;
}

/** Fills a store of its own and measures indexing, whole search calls, and what the index for many vectors finds. */
export async function measureSearch(issues: number, server: string | undefined): Promise<SearchFigures> {
  const home = await makeHome();
  const database = server ? await createDatabase(server) : undefined;
  const db = await openStore({ url: database?.url, home, log: silentLog });
  try {
    tell("filling");
    await fill(db, issues);
    tell("indexing");
    const began = performance.now();
    await indexStale(db, NO_MODELS);
    const indexSeconds = seconds(began);
    const indexRssMb = process.memoryUsage.rss() / 2 ** 20;
    if (db.kind === "postgres") await db.rows("ANALYZE");
    const calls = [];
    for (const mode of SEARCH_MODES) {
      tell(mode);
      calls.push({ name: mode, ...(await timeCalls(db, { mode })) });
    }
    calls.push({
      name: "hybrid in one project, open",
      ...(await timeCalls(db, { project: "team/part3", status: "open" })),
    });
    tell("recall");
    const graphBegan = performance.now();
    const space = await withGraph(db);
    const graphSeconds = seconds(graphBegan);
    return {
      store: db.kind === "postgres" ? "PostgreSQL" : "embedded",
      issues,
      indexSeconds,
      indexRssMb,
      storeRssMb: storeRss(home),
      calls,
      graphSeconds,
      recallAt10: await measureRecall(db, space),
    };
  } finally {
    await db.close();
    await database?.remove();
    await removeHome(home);
  }
}

async function fill(db: Db, count: number): Promise<void> {
  let page = [];
  for (const issue of makeIssues(count)) {
    page.push(issue);
    if (page.length < 500) continue;
    const issues = page;
    await db.transaction((tx) => saveIssues(tx, { tracker: "t", issues }));
    page = [];
  }
  if (page.length > 0) await db.transaction((tx) => saveIssues(tx, { tracker: "t", issues: page }));
}

async function timeCalls(db: Db, search: object): Promise<{ readonly p50: number; readonly p99: number }> {
  const times: number[] = [];
  const start = performance.now();
  for (const text of makeQueries(QUERIES)) {
    if (times.length >= ENOUGH.queries && performance.now() - start > ENOUGH.ms) break;
    const began = performance.now();
    await searchIssues(db, { text, ...search }, NO_MODELS);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))]!;
  return { p50: at(0.5), p99: at(0.99) };
}

/** The built-in space with an index, which a small one has not. */
async function withGraph(db: Db): Promise<SpaceRow> {
  const space = (await listSpaces(db)).find(({ name }) => name === BUILTIN_SPACE.id)!;
  if (!space.isIndexed) await indexSpace(db, space);
  return space;
}

async function measureRecall(db: Db, space: SpaceRow): Promise<number> {
  const { embedQuery } = createBuiltinEmbedder(db);
  let found = 0;
  let wanted = 0;
  for (const title of makeQueries(RECALL_QUERIES)) {
    const vector = await embedQuery({ title, body: "" });
    const near = async (isIndexed: boolean) =>
      (await rankIssues(db, { vector: { space, vector, isIndexed }, filter: {}, limit: 10 })).map(
        ({ row }) => row.rowId,
      );
    const exact = await near(false);
    const quick = new Set(await near(true));
    wanted += exact.length;
    found += exact.filter((rowId) => quick.has(rowId)).length;
  }
  return found / wanted;
}

function tell(stage: string): void {
  process.stderr.write(`  ${stage}\n`);
}

function storeRss(home: string): number | undefined {
  const owner = ownersOf(home).at(-1);
  if (owner === undefined) return undefined;
  const status = readFileSync(`/proc/${owner}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

function seconds(since: number): number {
  return (performance.now() - since) / 1000;
}
