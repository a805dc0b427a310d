import { expect } from "vitest";
import type { Embedder, Issue } from "#model";
import { BUILTIN_SPACE, type Embedders, indexStale } from "#search";
import { type Db, saveIssues } from "#store";
import { analyzeText, termsIn } from "../../src/search/text/analyze-text.ts";
import { builtinVector } from "../../src/search/text/builtin-vector.ts";
import { documentWeights, queryWeights, smoothIdf, termNumber } from "../../src/search/text/term-weights.ts";
import { someComment, someIssue } from "../support/issues.ts";

export const NO_MODELS: Embedders = { models: [] };

export interface Text {
  readonly title: string;
  readonly body: string;
}

export async function save(
  db: Db,
  issues: readonly Issue[],
  comments: Readonly<Record<string, readonly string[]>> = {},
): Promise<void> {
  const given = Object.entries(comments).map(([issueId, bodies]) => ({
    issueId,
    comments: bodies.map((body, n) => someComment(n, { id: `${issueId}-${n}`, body })),
    isComplete: true,
  }));
  for (const tracker of new Set(issues.map((issue) => issue.tracker)))
    await db.transaction((tx) =>
      saveIssues(tx, { tracker, issues: issues.filter((one) => one.tracker === tracker), comments: given }),
    );
}

/** So many issues that each say something of their own. */
export const numberedIssues = (count: number) =>
  Array.from({ length: count }, (_, n) =>
    someIssue(`${n}`, {
      title: `report ${n} of part${n % 7}`,
      body: `word${n} word${n % 13} ${"again ".repeat(n % 3)}`,
    }),
  );

/** Saves issues with these texts, by their ids, and indexes them. */
export async function keep(db: Db, texts: Readonly<Record<string, Partial<Text>>>): Promise<void> {
  await save(
    db,
    Object.entries(texts).map(([id, text]) => someIssue(id, { title: "", body: "", ...text })),
  );
  await indexStale(db, NO_MODELS);
}

let version = Date.parse("2026-02-01T00:00:00Z");

/** The issue as its tracker shows it after a change. */
export function changed(issue: Issue, fields: Partial<Issue>): Issue {
  version += 60_000;
  return { ...issue, updatedAt: new Date(version), ...fields };
}

/** What is counted must be what the kept texts say, term by term. */
export async function expectExactStatistics(db: Db): Promise<void> {
  const counted = await db.rows("SELECT term, documents FROM search_term WHERE documents <> 0 ORDER BY term");
  const real = await db.rows(
    `SELECT term, count(*)::int AS documents FROM (SELECT unnest(terms) AS term FROM search_terms
       UNION ALL SELECT 0 FROM search_terms) AS each GROUP BY term ORDER BY term`,
  );
  expect(counted).toEqual(real);
}

/** Texts that are not indexed as they are, or indexed and gone. */
export async function countStale(db: Db): Promise<number> {
  const [row] = await db.rows<{ readonly count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT * FROM issue WHERE gone_at IS NULL) AS i
     FULL JOIN search_document d USING (row_id)
     FULL JOIN (SELECT e.* FROM search_embedding e JOIN search_space s ON s.number = e.space AND s.state = 'builtin') AS e
       USING (row_id)
     WHERE i.text_hash IS DISTINCT FROM d.text_hash OR e.text_hash IS DISTINCT FROM d.text_hash`,
  );
  return row!.count;
}

/** The ranking written down straight: both lists in memory, then fused. */
export function rankInMemory(texts: ReadonlyMap<string, Text>, query: Text): { id: string; score: number }[] {
  const readings = new Map([...texts].map(([id, text]) => [id, analyzeText(text)]));
  const of = new Map<number, number>();
  for (const reading of readings.values())
    for (const term of termsIn(reading)) of.set(termNumber(term), (of.get(termNumber(term)) ?? 0) + 1);
  const counts = { documents: texts.size, of };
  const asked = analyzeText(query);
  const weights = queryWeights(asked, counts);
  const vector = builtinVector(asked, (term) => smoothIdf(counts, termNumber(term)));
  const byWords = ranked(readings, (reading) => {
    const said = documentWeights(reading);
    return [...weights].reduce((sum, [term, weight]) => sum + weight * (said.get(term) ?? 0), 0);
  });
  const byVector = ranked(readings, (reading) =>
    builtinVector(reading).reduce((sum, value, at) => sum + value * vector[at]!, 0),
  );
  const scores = new Map<string, number>();
  for (const list of [byWords, byVector])
    for (const [at, id] of list.entries()) scores.set(id, (scores.get(id) ?? 0) + 11 / 2 / (11 + at));
  return [...scores].map(([id, score]) => ({ id, score })).sort((a, b) => b.score - a.score);
}

type Readings = ReadonlyMap<string, ReturnType<typeof analyzeText>>;

function ranked(readings: Readings, score: (reading: ReturnType<typeof analyzeText>) => number): string[] {
  return [...readings]
    .map(([id, reading]) => ({ id, score: score(reading) }))
    .filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, 100)
    .map(({ id }) => id);
}

/** A model in this process: real vectors in a space of its own, and a record of what it was asked. */
export function createModel(
  name: string,
  onEmbed: (texts: readonly Text[]) => void = () => {},
): Embedder & {
  readonly embedded: string[];
} {
  const embedded: string[] = [];
  return {
    space: { id: `${name}/${BUILTIN_SPACE.dimensions}`, dimensions: BUILTIN_SPACE.dimensions },
    embedded,
    async embedDocuments(texts) {
      onEmbed(texts);
      embedded.push(...texts.map(({ title }) => title));
      return texts.map((text) => builtinVector(analyzeText(text)));
    },
    async embedQuery(text) {
      onEmbed([text]);
      return builtinVector(analyzeText(text));
    },
  };
}
