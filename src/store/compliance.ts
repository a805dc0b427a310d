import type { Query } from "./db.ts";

/** What a model was asked about which text; any change of one is another judgement. */
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
