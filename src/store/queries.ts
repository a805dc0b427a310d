import type { Pool, PoolClient } from "pg";
import { PreloopError } from "#base";
import type { Query } from "./db.ts";
import { isLost, storeFailure } from "./failure.ts";

/** Queries and transactions over a pool. */
export interface Queries extends Query {
  transaction<T>(work: (tx: Query) => Promise<T>): Promise<T>;
}

export function createQueries(pool: Pool, shown: string): Queries {
  return {
    async rows<Row>(sql: string, params: readonly unknown[] = []) {
      const run = async () => (await pool.query(sql, [...params])).rows as Row[];
      try {
        return await run().catch((error) => {
          // A read may be asked twice. A write may have happened although its answer was lost.
          if (isLost(error) && /^\s*select\b/i.test(sql)) return run();
          throw error;
        });
      } catch (error) {
        throw storeFailure(error, shown);
      }
    },
    async transaction<T>(work: (tx: Query) => Promise<T>) {
      try {
        return await attempt(pool, work).catch((error) => {
          if (isRepeatable(error)) return attempt(pool, work);
          throw error;
        });
      } catch (error) {
        throw storeFailure(error, shown);
      }
    },
  };
}

const MAYBE_COMMITTED =
  "the connection was lost while committing, so the change may or may not have happened";

// Serialization failures and deadlocks ended in a rollback: asking again is what Postgres's manual says to do.
function isRepeatable(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return isLost(error) || code === "40001" || code === "40P01";
}

async function attempt<T>(pool: Pool, work: (tx: Query) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const tx = queryOf(client);
  let isBroken = false;
  let cutOff: Error | undefined;
  // Without a listener, a connection that dies between two queries would end the process.
  const onError = (error: Error) => {
    isBroken = true;
    cutOff = error;
  };
  client.on("error", onError);
  try {
    await client.query("BEGIN");
    const result = await work(tx.query);
    await commit(client);
    return result;
  } catch (error) {
    isBroken ||= isLost(error);
    if (!isBroken) await client.query("ROLLBACK").catch(onError);
    throw cutOff && isLost(error) ? cutOff : error;
  } finally {
    tx.close();
    client.off("error", onError);
    client.release(isBroken);
  }
}

async function commit(client: PoolClient): Promise<void> {
  const { command } = await client.query("COMMIT").catch((error) => {
    if (!isLost(error)) throw error;
    throw new PreloopError("store_unavailable", MAYBE_COMMITTED, { cause: error });
  });
  // Postgres answers COMMIT with a rollback when a statement had failed and the failure was swallowed.
  if (command !== "COMMIT")
    throw new PreloopError("internal", "the transaction was rolled back: a statement in it had failed");
}

// One statement at a time: pg's own queue is on its way out.
function queryOf(client: PoolClient): { readonly query: Query; close(): void } {
  let tail: Promise<unknown> = Promise.resolve();
  let isOpen = true;
  const query: Query = {
    rows<Row>(sql: string, params: readonly unknown[] = []) {
      const next = tail.then(async () => {
        if (!isOpen) throw new PreloopError("internal", "a query came after its transaction had ended");
        return (await client.query(sql, [...params])).rows as Row[];
      });
      tail = next.catch(() => {});
      return next;
    },
  };
  return {
    query,
    close() {
      isOpen = false;
    },
  };
}
