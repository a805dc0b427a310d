import type { Db, Query } from "./db.ts";

const HIGHEST = "clock.highest";
const SEEN = `(SELECT to_timestamp(value::float8) FROM setting WHERE key = '${HIGHEST}')`;

/** The time to judge by, in SQL: the store's clock, but never before the highest time it was seen to show. */
export function storeNow(clock: "clock_timestamp()" | "now()" = "clock_timestamp()"): string {
  return `greatest(${clock}, ${SEEN})`;
}

/** The time to judge by, now; with a clock of the store's, what that one shows. */
export async function readStoreTime(db: Query, time = storeNow()): Promise<Date> {
  return (await db.rows<{ readonly now: Date }>(`SELECT ${time} AS now`))[0]!.now;
}

/** How finely the highest time is kept: more would be a write for every look. */
const STEP_MS = 1_000;
const STEP = `interval '${STEP_MS} ms'`;

// Never waits, so that it can be in nobody's way: whoever has the row is noting the time right now.
const NOTE = `
  WITH noted AS (
    UPDATE setting SET value = extract(epoch FROM clock_timestamp())::text WHERE key IN (
      SELECT key FROM setting WHERE key = '${HIGHEST}' AND to_timestamp(value::float8) < clock_timestamp() - ${STEP}
      FOR UPDATE SKIP LOCKED)
  ), begun AS (
    INSERT INTO setting (key, value) SELECT '${HIGHEST}', extract(epoch FROM clock_timestamp())::text
    WHERE ${SEEN} IS NULL ON CONFLICT DO NOTHING)
  SELECT key FROM setting WHERE key = '${HIGHEST}' AND to_timestamp(value::float8) > clock_timestamp() + ${STEP}`;

const notedAt = new WeakMap<Db, number>();

/**
 * Keeps the highest time that the store's clock was seen to show. When the clock has gone back, everything that is to
 * end at a time moves back with it: what was over stays over, and what was not has the time left that it had. So a clock
 * that was wrong for a while, ahead or behind, spoils nothing that comes after it.
 */
export async function keepTime(db: Db): Promise<void> {
  const ticks = performance.now();
  if (ticks - (notedAt.get(db) ?? Number.NEGATIVE_INFINITY) < STEP_MS) return;
  notedAt.set(db, ticks);
  const wentBack = await db.rows(NOTE);
  if (wentBack.length > 0) await db.transaction(moveBack);
}

// Each row that is to end, with the columns that say when; sessions first, as in every other transaction over both.
const ENDS: readonly (readonly [table: string, columns: readonly string[], isOpen: string])[] = [
  ["session", ["lease_until"], "ended_at IS NULL"],
  [
    "approval",
    ["deadline", "patience_until", "escalate_at", "lease_until"],
    "status IN ('pending', 'approved', 'running')",
  ],
  ["decision_link", ["expires_at"], "used_at IS NULL"],
  ["grant", ["until"], "revoked_at IS NULL AND until IS NOT NULL"],
  ["server_login", ["renewer_until"], "renewer_until IS NOT NULL"],
  ["project", ["lease_until"], "lease_until IS NOT NULL"],
  ["search_space", ["lease_until"], "lease_until IS NOT NULL"],
];

async function moveBack(tx: Query): Promise<void> {
  // Under the lock nobody notes another time, and the clock is read after it.
  await tx.rows("SELECT key FROM setting WHERE key = $1 FOR UPDATE", [HIGHEST]);
  const [step] = await tx.rows<{ seconds: number | null; isBack: boolean }>(
    `SELECT extract(epoch FROM ${SEEN} - clock_timestamp())::float8 AS seconds,
       ${SEEN} > clock_timestamp() + ${STEP} AS "isBack"`,
  );
  if (!step?.isBack) return;
  for (const [table, columns, isOpen] of ENDS)
    await tx.rows(`UPDATE "${table}" SET ${columns.map(moved).join(", ")} WHERE ${isOpen}`, [step.seconds]);
  await tx.rows(`UPDATE setting SET value = (value::float8 - $2::float8)::text WHERE key = $1`, [
    HIGHEST,
    step.seconds,
  ]);
}

// A clock may have been thousands of years ahead; what then would lie before all time is over since 1970.
function moved(column: string): string {
  const back = "$1::float8 * interval '1 second'";
  return `${column} = CASE WHEN ${column} > 'epoch'::timestamptz + ${back} THEN ${column} - ${back}
    WHEN ${column} IS NOT NULL THEN 'epoch'::timestamptz END`;
}
