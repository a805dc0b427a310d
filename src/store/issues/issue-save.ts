import { sha256 } from "#base";
import { batchesOf } from "../batches.ts";
import type { Query } from "../db.ts";
import { countSettled, saveComments } from "./comment-save.ts";
import { type IssueInput, issueInputs, type SeenIssues } from "./issue-inputs.ts";

/** Counts of what was saved. */
export interface SavedIssues {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Comments that are new, changed or gone. */
  readonly comments: number;
}

/**
 * Writes down what a tracker shows, repeats included: only what differs is written, an older version never replaces a
 * newer one, a tombstone is revived, and hashes follow. Comments of issues that are not kept are left out.
 */
export async function saveIssues(tx: Query, seen: SeenIssues): Promise<SavedIssues> {
  const inputs = issueInputs(seen.issues);
  const existing = await lockExisting(
    tx,
    seen.tracker,
    inputs.map(({ issue }) => issue.id),
  );
  const differing = inputs.filter(({ issue, digest }) => {
    const old = existing.get(issue.id);
    if (!old) return true;
    const isOlder = issue.updatedAt < old.updated_at && !seen.isAnew && !old.gone;
    return !isOlder && (old.gone || old.digest !== digest);
  });
  const written: string[] = [];
  for (const batch of batchesOf(differing, sizeOf)) written.push(...(await upsert(tx, seen.tracker, batch)));
  await saveLinks(tx, seen.tracker, differing);
  await touchSeen(
    tx,
    seen.tracker,
    inputs.map(({ issue }) => issue.id),
  );
  const comments = await saveComments(tx, seen.tracker, seen.comments ?? []);
  await refreshHashes(tx, [...written, ...comments.rowIds]);
  await countSettled(tx, seen.tracker, seen.comments ?? []);
  const added = differing.filter(({ issue }) => !existing.has(issue.id)).length;
  return {
    added,
    changed: differing.length - added,
    unchanged: inputs.length - differing.length,
    comments: comments.count,
  };
}

interface ExistingIssue {
  readonly remote_id: string;
  readonly digest: string;
  readonly updated_at: Date;
  readonly gone: boolean;
}

async function lockExisting(
  tx: Query,
  tracker: string,
  ids: readonly string[],
): Promise<Map<string, ExistingIssue>> {
  const rows = await tx.rows<ExistingIssue>(
    `SELECT remote_id, digest, updated_at, gone_at IS NOT NULL AS gone FROM issue
     WHERE tracker = $1 AND remote_id = ANY($2) ORDER BY remote_id COLLATE "C" FOR UPDATE`,
    [tracker, ids],
  );
  return new Map(rows.map((row) => [row.remote_id, row]));
}

const sizeOf = ({ issue }: IssueInput) => issue.body.length + (issue.rawBody?.length ?? 0);

type Cell = string | number | boolean | Date | undefined;

// Labels travel as JSON, since unnest would flatten a list of lists.
const COLUMNS: readonly (readonly [name: string, type: string, value: (input: IssueInput) => Cell])[] = [
  ["remote_id", "text", ({ issue }) => issue.id],
  ["project", "text", ({ issue }) => issue.project],
  ["key", "text", ({ issue }) => issue.key],
  ["url", "text", ({ issue }) => issue.url],
  ["title", "text", ({ issue }) => issue.title],
  ["body", "text", ({ issue }) => issue.body],
  ["raw_body", "text", ({ issue }) => issue.rawBody],
  ["is_lossy", "bool", ({ issue }) => issue.isLossy],
  ["state", "text", ({ issue }) => issue.state],
  ["status", "text", ({ issue }) => issue.status],
  ["type", "text", ({ issue }) => issue.type],
  ["priority", "text", ({ issue }) => issue.priority],
  ["labels", "text", ({ issue }) => JSON.stringify(issue.labels)],
  ["assignee", "text", ({ issue }) => issue.assignee],
  ["assignee_name", "text", ({ issue }) => issue.assigneeName],
  ["author", "text", ({ issue }) => issue.author],
  ["created_at", "timestamptz", ({ issue }) => issue.createdAt],
  ["updated_at", "timestamptz", ({ issue }) => issue.updatedAt],
  ["closed_at", "timestamptz", ({ issue }) => issue.closedAt],
  ["comment_count", "int", ({ issue }) => issue.commentCount],
  ["digest", "text", ({ digest }) => digest],
  ["content_hash", "text", ({ contentHash }) => contentHash],
];

const NAMES = COLUMNS.map(([name]) => name);
const SELECTED = NAMES.map((name) =>
  name === "labels" ? "ARRAY(SELECT jsonb_array_elements_text(labels::jsonb))" : name,
);

const UPSERT = `INSERT INTO issue (tracker, ${NAMES.join(", ")}, text_hash, seen_at)
  SELECT $1, ${SELECTED.join(", ")}, text_hash, clock_timestamp()
  FROM unnest(${[...COLUMNS, ["text_hash", "text"]].map(([, type], n) => `$${n + 2}::${type}[]`).join(", ")})
    AS given (${NAMES.join(", ")}, text_hash)
  ON CONFLICT (tracker, remote_id) DO UPDATE SET ${NAMES.map((name) => `${name} = excluded.${name}`).join(", ")},
    seen_at = excluded.seen_at, gone_at = NULL, moved_to = NULL
  RETURNING row_id`;

async function upsert(tx: Query, tracker: string, batch: readonly IssueInput[]): Promise<string[]> {
  const rows = await tx.rows<{ row_id: string }>(UPSERT, [
    tracker,
    ...COLUMNS.map(([, , value]) => batch.map(value)),
    batch.map(({ contentHash }) => sha256(contentHash)),
  ]);
  return rows.map(({ row_id }) => row_id);
}

async function saveLinks(tx: Query, tracker: string, inputs: readonly IssueInput[]): Promise<void> {
  if (inputs.length === 0) return;
  await tx.rows(
    `DELETE FROM issue_link USING issue i
     WHERE issue_row_id = i.row_id AND i.tracker = $1 AND i.remote_id = ANY($2)`,
    [tracker, inputs.map(({ issue }) => issue.id)],
  );
  const links = inputs.flatMap(({ issue }) => issue.links.map((link) => ({ id: issue.id, ...link })));
  if (links.length === 0) return;
  await tx.rows(
    `INSERT INTO issue_link (issue_row_id, kind, target, target_id)
     SELECT i.row_id, given.kind, given.target, given.target_id
     FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS given (remote_id, kind, target, target_id)
     JOIN issue i ON i.tracker = $1 AND i.remote_id = given.remote_id`,
    [
      tracker,
      links.map(({ id }) => id),
      links.map(({ kind }) => kind),
      links.map(({ target }) => target),
      links.map(({ targetId }) => targetId),
    ],
  );
}

// A repeat is worth a write only now and then: every one would leave a dead row behind.
async function touchSeen(tx: Query, tracker: string, ids: readonly string[]): Promise<void> {
  await tx.rows(
    `UPDATE issue SET seen_at = clock_timestamp()
     WHERE tracker = $1 AND remote_id = ANY($2) AND seen_at < clock_timestamp() - interval '10 minutes'`,
    [tracker, ids],
  );
}

/** Makes the hash over all text, and the count of comments, what the rows say. */
async function refreshHashes(tx: Query, rowIds: readonly string[]): Promise<void> {
  if (rowIds.length === 0) return;
  await tx.rows(
    `UPDATE issue i SET text_hash = fresh.hash, kept_comments = fresh.kept
     FROM (
       SELECT i.row_id, count(c.body_hash)::int AS kept, encode(sha256(convert_to(i.content_hash ||
         coalesce(string_agg(c.body_hash, '' ORDER BY c.created_at, c.remote_id COLLATE "C"), ''), 'UTF8')), 'hex') AS hash
       FROM issue i LEFT JOIN issue_comment c ON c.issue_row_id = i.row_id
       WHERE i.row_id = ANY($1::bigint[]) GROUP BY i.row_id) AS fresh
     WHERE i.row_id = fresh.row_id AND (i.text_hash, i.kept_comments) IS DISTINCT FROM (fresh.hash, fresh.kept)`,
    [rowIds],
  );
}
