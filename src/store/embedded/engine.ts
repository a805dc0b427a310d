import fs from "node:fs";
import { PGlite, type Transaction } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import { vector } from "@electric-sql/pglite-pgvector";
import type { Query } from "../db.ts";
import * as wire from "./wire.ts";

/** PGlite as the scheduler needs it: protocol bytes in, protocol bytes out, one call at a time. */
export interface Engine {
  /** What every client is told at its start. */
  readonly greeting: Buffer;
  /** `limitMs` instead of the usual time that it may take. */
  run(bytes: Buffer, limitMs?: number): Promise<Buffer>;
  close(): Promise<void>;
}

export interface EngineOptions {
  readonly dataFolder: string;
  readonly statementMs: number;
  /** Called before every run, with the time it may take, and after it, without. */
  onRun(limitMs: number | undefined): void;
  /** The engine can no longer be trusted: the process must end, and the next one recovers from the log. */
  onBroken(error: unknown): void;
}

const LONG_JUMP = 100;
const EXTENSIONS = { vector, pg_trgm };

/** Opens a data folder, durably: what was acknowledged has reached the disk. */
export async function openEngine({
  dataFolder,
  statementMs,
  onRun,
  onBroken,
}: EngineOptions): Promise<Engine> {
  const db = await PGlite.create({
    dataDir: dataFolder,
    extensions: EXTENSIONS,
    startParams: [
      ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"), // -F turns fsync off
      ...["wal_sync_method=fsync", "max_wal_size=64MB", "min_wal_size=32MB", "shared_buffers=32MB"].flatMap(
        (setting) => ["-c", setting],
      ),
    ],
  });
  makeDurable(db);
  breakLoudly(db, onBroken);
  const exec = async (bytes: Buffer) => {
    const chunks: Buffer[] = [];
    await db.execProtocolRawStream(bytes, {
      syncToFs: false,
      onRawData: (chunk) => chunks.push(Buffer.from(chunk)),
    });
    return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  };
  const greeting = await greet(exec);
  return {
    greeting,
    async run(bytes, limitMs = statementMs) {
      onRun(limitMs);
      try {
        return await exec(bytes);
      } catch (error) {
        onBroken(error);
        throw error;
      } finally {
        onRun(undefined);
      }
    },
    close: () => db.close(),
  };
}

/** Makes a new data folder from nothing, and fills it; slow and hungry, which is why there is a template. */
export async function initDataFolder(folder: string, fill?: (tx: Query) => Promise<void>): Promise<void> {
  const db = await PGlite.create({ dataDir: folder, extensions: EXTENSIONS });
  // Databases to copy from are two thirds of the files, each of which a first start writes and syncs.
  for (const name of ["template0", "template1"]) {
    await db.query("UPDATE pg_database SET datistemplate = false WHERE datname = $1", [name]);
    await db.exec(`DROP DATABASE ${name}`);
  }
  if (fill) await db.transaction((tx) => fill(queryOf(tx)));
  await db.exec("VACUUM (FREEZE, ANALYZE)");
  await db.exec("CHECKPOINT");
  await db.close();
}

function queryOf(tx: Transaction): Query {
  return {
    async rows<Row>(sql: string, params: readonly unknown[] = []) {
      if (params.length > 0) return (await tx.query<Row>(sql, [...params])).rows;
      return ((await tx.exec(sql)).at(-1)?.rows ?? []) as Row[];
    },
  };
}

// PGlite's file system answers fsync with success and does nothing.
function makeDurable(db: PGlite): void {
  const { FS } = db.Module;
  const stream = FS.open(`${PGlite.paths.PGDATA}/PG_VERSION`, "r");
  const operations = stream.stream_ops as { fsync?: (stream: { nfd?: number }) => number };
  operations.fsync = ({ nfd }) => {
    if (nfd !== undefined) fs.fdatasyncSync(nfd);
    return 0;
  };
  FS.close(stream);
}

// PGlite swallows everything the engine throws, and would go round for ever once the engine has ended.
function breakLoudly(db: PGlite, onBroken: (error: unknown) => void): void {
  const module = db.Module;
  const step = module._PostgresMainLoopOnce;
  module._PostgresMainLoopOnce = () => {
    try {
      step();
    } catch (error) {
      if ((error as { status?: unknown }).status !== LONG_JUMP) onBroken(error);
      throw error;
    }
  };
}

async function greet(exec: (bytes: Buffer) => Promise<Buffer>): Promise<Buffer> {
  const answer = await exec(wire.startup({ user: "postgres", database: "postgres" }));
  const statuses = wire.messagesIn(answer).filter((one) => wire.typeOf(one) === "S");
  const key = wire.message("K", wire.int32(process.pid), wire.int32(0));
  return Buffer.concat([wire.message("R", wire.int32(0)), ...statuses, key, wire.READY]);
}
