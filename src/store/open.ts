import type { Log } from "#base";
import type { Db } from "./db.ts";
import type { Reach } from "./reach.ts";

/** Location of the store, and the name of the application that asks. */
export interface StoreOptions {
  /** `DATABASE_URL`; without it the store is embedded in `home`. */
  readonly url?: string | undefined;
  readonly home: string;
  readonly log: Log;
  readonly applicationName?: string;
}

/** Opens the store and brings its schema up to date. @throws store_unavailable, store_newer, home_unusable */
export async function openStore(options: StoreOptions): Promise<Db> {
  const db = await connectStore(options);
  try {
    const { migrate } = await import("./schema/migrate.ts");
    const applied = await migrate(db);
    if (applied.length > 0) options.log.info("the store's schema is up to date", { applied });
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}

/** The store as it is, its schema unread: for the commands that look at it or bring it up to date. */
export async function connectStore({ url, home, log, applicationName }: StoreOptions): Promise<Db> {
  nameRuntime();
  // pg and what stands on it are loaded here, so that whoever enters by the door does not pay for them.
  const { createDb } = await import("./schema/create-db.ts");
  return createDb(url ? await server(url, applicationName) : await embedded(home), log);
}

// pg asks the navigator whether it runs at Cloudflare; where there is none (Node 20) it finds out by way of fetch, whose
// loading costs 15 ms and 4 MB. This is what later Nodes say.
function nameRuntime(): void {
  if (!("navigator" in globalThis))
    Object.assign(globalThis, { navigator: { userAgent: `Node.js/${process.versions.node.split(".")[0]}` } });
}

async function server(url: string, applicationName = "preloop"): Promise<Reach> {
  const { reachPostgres } = await import("./postgres.ts");
  return reachPostgres(url, applicationName);
}

async function embedded(home: string): Promise<Reach> {
  const { reachEmbedded } = await import("./embedded/reach.ts");
  return reachEmbedded(home);
}
