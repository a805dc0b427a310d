import type { PoolClient, QueryConfig, QueryResult } from "pg";
import { PreloopError, withRetry } from "#base";
import type { Query } from "./db.ts";
import { isLost, isNotBegun, storeFailure } from "./failure.ts";

/** Queries and transactions over a pool. */
export interface Queries extends Query {
  transaction<T>(work: (tx: Query) => Promise<T>): Promise<T>;
}

/** The part of a pool that queries need: a connection to use and give back. */
export interface Connections {
  connect(): Promise<PoolClient>;
}

/** Queries, and one statement in pg's own form: asked as patiently as `rows`, and failing in the same words. */
export function createQueries(
  pool: Connections,
  shown: string,
): Queries & { query(statement: QueryConfig): Promise<QueryResult> } {
  async function retryWhen<T>(mayRepeat: (error: unknown) => boolean, work: () => Promise<T>): Promise<T> {
    const delayMs = (error: unknown, attempt: number) =>
      mayRepeat(error) && (attempt < LOST_ATTEMPTS || wasRolledBack(error)) ? 0 : undefined;
    try {
      return await withRetry(work, { attempts: ROLLED_BACK_ATTEMPTS, delayMs });
    } catch (error) {
      throw storeFailure(error, shown);
    }
  }

  function query(statement: QueryConfig): Promise<QueryResult> {
    // A read may be asked twice. A write may have happened although its answer was lost.
    const isRead = /^\s*select\b/i.test(statement.text);
    const mayRepeat = (error: unknown) =>
      isNotBegun(error) || wasRolledBack(error) || (isRead && isLost(error));
    return retryWhen(mayRepeat, () => once(pool, statement));
  }

  return {
    query,
    async rows<Row>(sql: string, params: readonly unknown[] = []) {
      return (await query({ text: sql, values: [...params] })).rows as Row[];
    },
    transaction: <T>(work: (tx: Query) => Promise<T>) => retryWhen(isRepeatable, () => attempt(pool, work)),
  };
}

async function once(pool: Connections, statement: QueryConfig): Promise<QueryResult> {
  const client = await connect(pool);
  let isBroken = false;
  try {
    return await client.query(statement);
  } catch (error) {
    isBroken = isLost(error);
    throw error;
  } finally {
    client.release(isBroken);
  }
}

const CONNECT_ATTEMPTS = 5;

// Nothing was asked yet, so a store that is just coming back may be tried again.
function connect(pool: Connections): Promise<PoolClient> {
  const delayMs = (error: unknown, attempt: number) => (isLost(error) ? attempt * 50 : undefined);
  return withRetry(() => pool.connect(), { attempts: CONNECT_ATTEMPTS, delayMs });
}

const MAYBE_COMMITTED =
  "the connection was lost while committing, so the change may or may not have happened";

function isRepeatable(error: unknown): boolean {
  return isLost(error) || wasRolledBack(error);
}

const LOST_ATTEMPTS = 2;
const ROLLED_BACK_ATTEMPTS = 5;

// Serialization failures and deadlocks ended in a rollback: asking again is what Postgres's manual says to do.
function wasRolledBack(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return code === "40001" || code === "40P01";
}

async function attempt<T>(pool: Connections, work: (tx: Query) => Promise<T>): Promise<T> {
  const client = await connect(pool);
  const tx = queryOf(client);
  let isBroken = false;
  let cutOff: Error | undefined;
  // It may also end between two queries, and say why.
  const onError = (error: Error) => {
    isBroken = true;
    cutOff ??= error;
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
