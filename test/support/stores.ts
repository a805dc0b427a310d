import { randomBytes } from "node:crypto";
import { afterAll, afterEach, describe } from "vitest";
import { silentLog } from "#base";
import { type Db, openStore } from "#store";
import { ownTables } from "../../src/store/dump/tables.ts";
import { makeHome, removeHome } from "./embedded.ts";

/** Where a test's store is: what `openStore` needs to open it once more. */
export interface TestStore {
  readonly kind: Db["kind"];
  readonly url?: string;
  readonly home: string;
  /** Opens it (again); closed after the test. */
  open(): Promise<Db>;
}

/** How a suite gets at stores. All are kept for a look when the test fails. */
type Suite = (
  /** A migrated, empty store for the running test, opened, and closed after it. */
  open: () => Promise<Db>,
  kind: Db["kind"],
  /** The same, to be opened as often as the test likes. */
  create: () => Promise<TestStore>,
  /** A brand-new store that nobody opened before, for tests of the first start and tests that do harm. */
  createNew: () => Promise<TestStore>,
) => void;

const postgresUrl = process.env.PRELOOP_TEST_DATABASE_URL;

/** Runs a suite on the embedded store, and on the PostgreSQL that PRELOOP_TEST_DATABASE_URL names. */
export function describeStores(title: string, suite: Suite): void {
  describe(`${title}, embedded`, () => {
    suite(...useStores("embedded", createEmbeddedStore));
  });
  if (postgresUrl)
    describe(`${title}, on PostgreSQL`, () => {
      suite(...useStores("postgres", () => createPostgresStore(postgresUrl)));
    });
  else
    describe.skip(`${title}, on PostgreSQL [SKIPPED: set PRELOOP_TEST_DATABASE_URL to run it]`, () => {
      const never = () => Promise.reject(new Error("skipped"));
      suite(never, "postgres", never, never);
    });
}

export interface OwnedStore {
  readonly url?: string;
  readonly home: string;
  remove(): Promise<void>;
}

function useStores(kind: Db["kind"], make: () => Promise<OwnedStore>): Parameters<Suite> {
  const mine: OwnedStore[] = [];
  const clean: OwnedStore[] = [];
  const used: OwnedStore[] = [];
  const opened: Db[] = [];

  const openDb = async ({ url, home }: OwnedStore) => {
    const db = await openStore({ url, home, log: silentLog });
    opened.push(db);
    return db;
  };

  afterEach(async ({ task }) => {
    for (const db of opened.splice(0)) await db.close();
    const isKept = task.result?.state === "fail";
    if (isKept)
      for (const store of [...mine.splice(0), ...used.splice(0)])
        console.error(`kept for a look: ${store.url ?? store.home}`);
    for (const store of mine.splice(0)) await store.remove();
    for (const store of used.splice(0)) {
      await empty(store);
      clean.push(store);
    }
  });
  afterAll(() => Promise.all(clean.map((store) => store.remove())));

  const handOut = async (store: OwnedStore, list: OwnedStore[]) => {
    list.push(store);
    return { ...store, kind, open: () => openDb(store) };
  };
  const create = async () => handOut(clean.pop() ?? (await make()), used);
  const createNew = async () => handOut(await make(), mine);
  return [async () => (await create()).open(), kind, create, createNew];
}

// A second instead of a tenth of it per test is what a new store would cost.
async function empty({ url, home }: OwnedStore): Promise<void> {
  const db = await openStore({ url, home, log: silentLog });
  const tables = await db.rows<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'",
  );
  const own = ownTables();
  const foreign = tables.filter(({ name }) => !own.includes(name));
  if (foreign.length > 0)
    await db.rows(`DROP TABLE ${foreign.map(({ name }) => `"${name}"`).join(", ")} CASCADE`);
  await db.rows(`TRUNCATE ${own.map((name) => `"${name}"`).join(", ")} RESTART IDENTITY CASCADE`);
  await db.close();
}

async function createEmbeddedStore(): Promise<OwnedStore> {
  const home = await makeHome();
  return { home, remove: () => removeHome(home) };
}

/** A database of its own: NOTIFY, advisory locks and extensions reach as far as one database. */
export async function createPostgresStore(server: string): Promise<OwnedStore> {
  return { ...(await createDatabase(server)), home: "/nonexistent" };
}

/** A new, empty database on a server. */
export async function createDatabase(
  server: string,
): Promise<{ readonly url: string; remove(): Promise<void> }> {
  const name = `preloop_test_${randomBytes(6).toString("hex")}`;
  await administer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    remove: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function administer(server: string, sql: string): Promise<void> {
  const { default: pg } = await import("pg");
  const client = new pg.Client(server);
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
