import pg from "pg";
import type { Log } from "#base";
import type { Db } from "../db.ts";
import type { PrismaClient } from "../generated/client.ts";
import { createListener } from "../listener.ts";
import { createQueries } from "../queries.ts";
import type { Reach } from "../reach.ts";

const MAX_CONNECTIONS = 5;

/** The live store behind `Db`: a pool, a listening connection, and Prisma when asked for. */
export function createDb(reach: Reach, log: Log): Db {
  const pool = new pg.Pool({
    ...reach.config,
    Client: reach.Client,
    max: MAX_CONNECTIONS,
    idleTimeoutMillis: 30_000,
    connectionTimeoutMillis: reach.connectTimeoutMs,
    allowExitOnIdle: true,
  });
  // A connection may end while a query has it but waits for nothing: without a listener that would end the process.
  pool.on("connect", (client) => client.on("error", () => {}));
  pool.on("error", (error) => log.debug("an idle connection to the store ended", { error: error.message }));
  // The pool stops listening to a connection while it is out; its death is then the query's news, not the process's end.
  pool.on("connect", (client) => client.on("error", () => {}));
  const { rows, transaction } = createQueries(pool, reach.shown);
  const listener = createListener(reach, log);
  let prisma: Promise<PrismaClient> | undefined;
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await listener.close();
    await (await prisma?.catch(() => undefined))?.$disconnect();
    await pool.end();
    reach.close();
  }

  return {
    kind: reach.kind,
    shown: reach.shown,
    rows,
    transaction,
    listen: listener.listen,
    prisma() {
      prisma ??= import("../prisma.ts").then(({ openPrisma }) => openPrisma(pool, reach.shown));
      return prisma;
    },
    close() {
      closing ??= close();
      return closing;
    },
  };
}
