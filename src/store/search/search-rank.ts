import type { Db, Query } from "../db.ts";
import { ISSUE_COLUMNS, type IssueRow, type IssueSqlRow, readIssueRow } from "../issues/issue-rows.ts";
import { spaceIndexOf } from "./search-spaces.ts";
import type { Weights } from "./vectors.ts";

/** Filter for the issues that may be found; what is left out does not narrow. */
export interface RankFilter {
  readonly tracker?: string | undefined;
  readonly project?: string | undefined;
  /** `open`, `closed`, or the tracker's own word in any case. */
  readonly status?: string | undefined;
  readonly createdBefore?: Date | undefined;
  readonly exceptRowId?: number | undefined;
}

/** The words of a query. */
export interface WordQuery {
  /** By the terms' numbers. */
  readonly weights: Weights;
  /** Only texts with one of these terms are looked at; all texts without it. */
  readonly anyOf?: readonly number[] | undefined;
}

/** A query as a vector. */
export interface VectorQuery {
  readonly space: { readonly number: number; readonly dimensions: number };
  readonly vector: Float32Array;
  /** Through the space's index instead of over all vectors. */
  readonly isIndexed: boolean;
}

export interface RankQuery {
  readonly words?: WordQuery | undefined;
  readonly vector?: VectorQuery | undefined;
  readonly filter: RankFilter;
  /** Issues of about this time come first among likes. */
  readonly near?: Date | undefined;
  readonly limit: number;
}

/** An issue that was found. */
export interface RankedIssue {
  readonly row: IssueRow;
  /** 0 to 1: how high it stands in the lists it was found by. */
  readonly score: number;
}

// How much of each list is fused; deeper changes nothing any more.
const DEPTH = 100;
// Ranks count as 1/(10 + rank): measured better than the customary 60 on reports with known duplicates.
const RANK_OFFSET = 10;
// A report of the same day counts three times one of long ago, one of half a year ago about twice.
const NEARNESS_WEIGHT = 2;
const NEARNESS_DAYS = 180;
/** Ranks issues by words, by vector, or by both fused, in one statement. */
export async function rankIssues(db: Db, query: RankQuery): Promise<RankedIssue[]> {
  if (!query.words && !query.vector) return [];
  // Loaded here, like all that stands on pgvector's package: no session's start shall wait for it.
  const { sql, params } = statementOf(query, rankParams(await import("./vectors.ts")));
  if (!query.vector?.isIndexed) return (await db.rows<RankedRow>(sql, params)).map(readRanked);
  const { proposes } = spaceIndexOf(query.vector.space.dimensions);
  return db.transaction(async (tx) => {
    // Under a filter the index goes on until enough is found. Loaded first: it is the library that knows the settings.
    await tx.rows(
      `SELECT '[1]'::vector, set_config('hnsw.iterative_scan', 'relaxed_order', true),
         set_config('hnsw.ef_search', '${proposes}', true), set_config('enable_seqscan', 'off', true)`,
    );
    return (await tx.rows<RankedRow>(sql, params)).map(readRanked);
  });
}

/** How many issues a filter leaves, counted up to a bound. */
export async function countAllowed(db: Query, filter: RankFilter, bound: number): Promise<number> {
  const p = createParams();
  const [row] = await db.rows<{ readonly count: number }>(
    `SELECT count(*)::int AS count FROM (SELECT FROM issue i WHERE ${narrowing(filter, p).join(" AND ")} LIMIT ${p.add(bound)}) AS few`,
    p.values,
  );
  return row!.count;
}

/** True when a filter leaves out more than what is gone and one issue. */
export function isNarrow(filter: RankFilter): boolean {
  return narrowing(filter, createParams()).length > 1;
}

type RankedRow = IssueSqlRow & { readonly score: number };

const readRanked = (row: RankedRow): RankedIssue => ({ row: readIssueRow(row), score: row.score });

function statementOf({ words, vector, filter, near, limit }: RankQuery, p: RankParams) {
  const lists = [
    ...(words ? [byWords(words, allowing(filter, p), p)] : []),
    ...(vector ? [byVector(vector, allowing(filter, p), p)] : []),
  ];
  const best = (RANK_OFFSET + 1) / lists.length;
  const sql = `WITH ${
    isNarrow(filter)
      ? `allowed AS MATERIALIZED (
    SELECT i.row_id FROM issue i WHERE ${narrowing(filter, p).join(" AND ")}), `
      : ""
  }
  found AS (${lists.join(" UNION ALL ")}),
  fused AS (SELECT row_id, ${best} * sum(1::float8 / (${RANK_OFFSET} + rank)) AS score FROM found GROUP BY row_id),
  best AS (
    SELECT row_id, (f.score ${nearness(near, p)})::float8 AS score FROM fused f JOIN issue i USING (row_id)
    WHERE i.gone_at IS NULL ORDER BY score DESC, row_id LIMIT ${p.add(limit)})
  SELECT best.score, ${ISSUE_COLUMNS} FROM best JOIN issue i USING (row_id) ORDER BY best.score DESC, i.row_id`;
  return { sql, params: p.values };
}

function byWords({ weights, anyOf }: WordQuery, allowed: string, p: RankParams): string {
  const some = anyOf ? `AND t.terms && ${p.add(anyOf)}::int[]` : "";
  return `(SELECT row_id, row_number() OVER (ORDER BY score DESC, row_id) AS rank FROM (
    SELECT t.row_id, -(t.weights <#> ${p.addWeights(weights)}) AS score
    FROM search_terms t WHERE ${allowed} ${some} ORDER BY score DESC, row_id LIMIT ${DEPTH}) AS by_words WHERE score > 0)`;
}

function byVector(query: VectorQuery, allowed: string, p: RankParams): string {
  const { space, isIndexed } = query;
  const vector = p.addVector(query.vector);
  const all = `SELECT t.row_id, t.embedding FROM search_embedding t WHERE t.space = ${Number(space.number)} AND ${allowed}`;
  const index = spaceIndexOf(space.dimensions);
  const source = isIndexed
    ? `${all} ORDER BY ${index.of("t.embedding")} ${index.distance} ${index.of(vector)} LIMIT ${index.proposes}`
    : all;
  return `(SELECT row_id, row_number() OVER (ORDER BY distance, row_id) AS rank FROM (
    SELECT t.row_id, t.embedding <#> ${vector} AS distance FROM (${source}) AS t
    ORDER BY distance, row_id LIMIT ${DEPTH}) AS by_vector WHERE distance < 0)`;
}

function nearness(near: Date | undefined, p: Params): string {
  if (near === undefined) return "";
  const days = `abs(extract(epoch FROM (${p.add(near)}::timestamptz - i.created_at))) / 86400`;
  return `* (1 + ${NEARNESS_WEIGHT} * exp(-(${days}) / ${NEARNESS_DAYS})) / ${1 + NEARNESS_WEIGHT}`;
}

// Nearly all issues live, so that it is quicker to leave the dead ones out than to look for each whether it lives.
function allowing(filter: RankFilter, p: Params): string {
  const allowed = isNarrow(filter)
    ? "t.row_id IN (SELECT row_id FROM allowed)"
    : "NOT EXISTS (SELECT FROM issue g WHERE g.row_id = t.row_id AND g.gone_at IS NOT NULL)";
  return filter.exceptRowId === undefined
    ? allowed
    : `${allowed} AND t.row_id <> ${p.add(filter.exceptRowId)}`;
}

function narrowing({ tracker, project, status, createdBefore }: RankFilter, p: Params): string[] {
  const isState = status === "open" || status === "closed";
  return [
    "i.gone_at IS NULL",
    ...(project === undefined ? [] : [`i.project = ${p.add(project)}`]),
    ...(tracker === undefined ? [] : [`i.tracker = ${p.add(tracker)}`]),
    ...(status === undefined
      ? []
      : [isState ? `i.state = ${p.add(status)}` : `lower(i.status) = lower(${p.add(status)})`]),
    ...(createdBefore === undefined ? [] : [`i.created_at < ${p.add(createdBefore)}`]),
  ];
}

interface Params {
  readonly values: unknown[];
  /** Its place in the statement. */
  add(value: unknown): string;
}

function createParams(): Params {
  const values: unknown[] = [];
  return { values, add: (value) => `$${values.push(value)}` };
}

interface RankParams extends Params {
  addWeights(weights: Weights): string;
  addVector(vector: Float32Array): string;
}

function rankParams({ sparseText, vectorText }: typeof import("./vectors.ts")): RankParams {
  const p = createParams();
  return {
    ...p,
    addWeights: (weights) => `${p.add(sparseText(weights))}::sparsevec`,
    addVector: (vector) => `${p.add(vectorText(vector))}::vector`,
  };
}
