import type { Query } from "../db.ts";

/** Key of a judgement: what a model was asked about which text; any change of one is another judgement. */
export interface JudgementKey {
  /** SHA-256 over what the model was shown. */
  readonly contentHash: string;
  readonly metric: string;
  readonly metricVersion: string;
  readonly model: string;
}

/** The model's answer as JSON text, if it was asked before. */
export async function readJudgement(db: Query, key: JudgementKey): Promise<string | undefined> {
  const rows = await db.rows<{ answer: string }>(
    `SELECT answer FROM compliance_judgement
     WHERE content_hash = $1 AND metric = $2 AND metric_version = $3 AND model = $4`,
    [key.contentHash, key.metric, key.metricVersion, key.model],
  );
  return rows[0]?.answer;
}

/** Keeps an answer. Of two that were asked at once the first one stays, so that readers agree. */
export async function saveJudgement(db: Query, key: JudgementKey, answer: string): Promise<void> {
  await db.rows(
    `INSERT INTO compliance_judgement (content_hash, metric, metric_version, model, answer)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [key.contentHash, key.metric, key.metricVersion, key.model, answer],
  );
}

/** Place of an issue among the others: its tracker, its project and its own key. */
export interface IssuePlace {
  readonly tracker: string;
  readonly project: string;
  /** Its own key, which is none of the others; a draft has none. */
  readonly key?: string | undefined;
}

/** Keys of open issues of the project that have the same title, whatever its case. */
export async function keysOfTitle(db: Query, place: IssuePlace, title: string): Promise<string[]> {
  const rows = await db.rows<{ key: string }>(
    `SELECT key FROM issue
     WHERE tracker = $1 AND project = $2 AND state = 'open' AND gone_at IS NULL AND key IS DISTINCT FROM $3
       AND lower(regexp_replace(btrim(title), '\\s+', ' ', 'g')) = lower(regexp_replace(btrim($4), '\\s+', ' ', 'g'))
     ORDER BY key LIMIT 5`,
    [place.tracker, place.project, place.key ?? null, title],
  );
  return rows.map(({ key }) => key);
}

/** Of keys like `APP-7`, those of projects we know that name no issue there. */
export async function unknownKeysOf(
  db: Query,
  tracker: string,
  keys: readonly { readonly key: string; readonly project: string }[],
): Promise<string[]> {
  if (keys.length === 0) return [];
  const rows = await db.rows<{ key: string }>(
    `SELECT named.key FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS named (key, project, place)
     WHERE EXISTS (SELECT FROM issue WHERE tracker = $1 AND project = named.project)
       AND NOT EXISTS (SELECT FROM issue WHERE tracker = $1 AND key = named.key)
     ORDER BY named.place`,
    [tracker, keys.map(({ key }) => key), keys.map(({ project }) => project)],
  );
  return rows.map(({ key }) => key);
}
