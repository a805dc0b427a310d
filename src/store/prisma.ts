import { PrismaPg } from "@prisma/adapter-pg";
import type { Pool, PoolClient, QueryConfig } from "pg";
import { isPreloopError, messageOf } from "#base";
import { PrismaClient } from "./generated/client.ts";
import { createQueries } from "./queries.ts";

/**
 * Prisma over our own pool, which outlives it. Its statements are asked as patiently as those of `Db.rows`, and fail in the
 * same words when the store cannot be reached.
 */
export function openPrisma(pool: Pool, shown: string): PrismaClient {
  const connect = () => connectInUtc(pool);
  const { query } = createQueries({ connect }, shown);
  const ours: Readonly<Record<string | symbol, unknown>> = {
    connect,
    query: (statement: QueryConfig) => query(statement).catch(wrap),
  };
  // The adapter knows a pool by its class, so that this one must still be of it.
  const patient = new Proxy(pool, {
    get: (target, name) => (Object.hasOwn(ours, name) ? ours[name] : Reflect.get(target, name)),
  });
  const client = new PrismaClient({ adapter: new PrismaPg(patient), errorFormat: "minimal" });
  const unwrapping = client.$extends({
    query: { $allOperations: ({ args, query: ask }) => ask(args).catch(unwrap) },
  });
  return unwrapping as unknown as PrismaClient;
}

// Prisma makes an error of its own out of whatever has a code, and passes on what has none.
function wrap(error: unknown): never {
  throw isPreloopError(error) ? new Error(messageOf(error), { cause: error }) : error;
}

function unwrap(error: unknown): never {
  const { cause } = error as { readonly cause?: unknown };
  throw isPreloopError(cause) ? cause : error;
}

const inUtc = new WeakSet<PoolClient>();

// The adapter sends times without a zone and drops the zone of those it reads, as if every server kept UTC. SQL by hand
// says which zone it means, so that a connection may stay as it is afterwards.
async function connectInUtc(pool: Pool): Promise<PoolClient> {
  const client = await pool.connect();
  if (inUtc.has(client)) return client;
  try {
    await client.query("SET TIME ZONE 'UTC'");
    inUtc.add(client);
    return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
