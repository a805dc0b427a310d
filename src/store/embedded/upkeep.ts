import type { Engine } from "./engine.ts";
import type { Scheduler } from "./scheduler.ts";
import * as wire from "./wire.ts";

/** Options of the work that a Postgres server's background processes do, and the engine has none of. */
export interface UpkeepOptions {
  readonly scheduler: Scheduler;
  readonly log: (text: string) => void;
  /** How often to look, and how long everybody must have been quiet for the slow parts. */
  readonly everyMs: number;
  readonly memoryBytes: number;
  /** The engine's memory only grows; asked for when nobody works and it has grown too far. */
  onTooBig(): void;
}

const CHECKPOINT_BYTES = 32 << 20;
const CHECKPOINT_EVERY_MS = 5 * 60_000;
// Autovacuum's own rule: 50 rows and a fifth of the table.
const NEEDS_VACUUM = `SELECT format('%I.%I', schemaname, relname) FROM pg_stat_all_tables
  WHERE schemaname NOT LIKE 'pg_toast%'
    AND greatest(n_dead_tup, n_mod_since_analyze) > 50 + 0.2 * n_live_tup`;

export function startUpkeep(options: UpkeepOptions): { stop(): void } {
  const { scheduler, log, everyMs, memoryBytes, onTooBig } = options;
  let checkpointAt = performance.now();
  let checkpointed: number | undefined;
  let vacuumedWork = scheduler.lastWorkMs;
  const isQuiet = () => performance.now() - scheduler.lastWorkMs > everyMs;

  async function checkpoint(): Promise<void> {
    const written = await scheduler.alone(readPosition);
    checkpointed ??= await scheduler.alone(readCheckpoint);
    const isDue = performance.now() - checkpointAt > CHECKPOINT_EVERY_MS && written > checkpointed;
    if (written - checkpointed < CHECKPOINT_BYTES && !isDue) return;
    await scheduler.alone((engine) => engine.run(wire.simpleQuery("CHECKPOINT")));
    checkpointed = await scheduler.alone(readPosition);
    checkpointAt = performance.now();
  }

  async function vacuum(): Promise<void> {
    if (!isQuiet() || vacuumedWork === scheduler.lastWorkMs) return;
    vacuumedWork = scheduler.lastWorkMs;
    for (const table of await scheduler.alone(readTired)) {
      if (!isQuiet()) return; // each table is a turn of its own, and people come first
      const answer = await scheduler.alone((engine) =>
        engine.run(wire.simpleQuery(`VACUUM (ANALYZE) ${table}`)),
      );
      const error = wire.errorIn(answer);
      if (error) log(`vacuum of ${table} failed: ${error}`);
    }
  }

  async function look(): Promise<void> {
    await checkpoint();
    await vacuum();
    if (isQuiet() && process.memoryUsage.rss() > memoryBytes) onTooBig();
  }

  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((error: unknown) => log(`upkeep failed: ${error}`))
      .finally(() => {
        isLooking = false;
      });
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

function readPosition(engine: Engine): Promise<number> {
  return readNumber(engine, "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')");
}

// Where the last checkpoint stands, whoever made it: much may have been written before the first look.
function readCheckpoint(engine: Engine): Promise<number> {
  return readNumber(engine, "SELECT pg_wal_lsn_diff(redo_lsn, '0/0') FROM pg_control_checkpoint()");
}

async function readNumber(engine: Engine, sql: string): Promise<number> {
  const answer = await engine.run(wire.simpleQuery(sql));
  return Number(wire.rowsIn(answer)[0]?.[0] ?? 0);
}

async function readTired(engine: Engine): Promise<readonly string[]> {
  await engine.run(wire.simpleQuery("SELECT pg_stat_force_next_flush()"));
  const answer = await engine.run(wire.simpleQuery(NEEDS_VACUUM));
  return wire.rowsIn(answer).map(([table]) => table ?? "");
}
