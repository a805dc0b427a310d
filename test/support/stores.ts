import { randomBytes } from "node:crypto";
import { afterAll, afterEach, describe } from "vitest";
import { silentLog } from "#base";
import { type Db, openStore } from "#store";
import { makeHome, removeHome } from "./embedded.ts";

/** Where a test's store is: what `openStore` needs to open it once more. */
export interface TestStore {
  readonly kind: Db["kind"];
  readonly url?: string;
  readonly home: string;
  /** Opens it (again); closed after the test. */
  open(): Promise<Db>;
}

export interface Stores {
  readonly kind: Db["kind"];
  /** A migrated, empty store for the running test, closed after it. */
  readonly open: () => Promise<Db>;
  /** A brand-new store for a test that opens it more than once, or harms it. Both are kept when the test fails. */
  readonly create: () => Promise<TestStore>;
}

const postgresUrl = process.env.PRELOOP_TEST_DATABASE_URL;

/** Runs a suite on the embedded store, and on the PostgreSQL that PRELOOP_TEST_DATABASE_URL names. */
export function describeStores(
  title: string,
  suite: (open: Stores["open"], kind: Stores["kind"], create: Stores["create"]) => void,
): void {
  describe(`${title}, embedded`, () => {
    const { open, create } = useStores("embedded", createEmbeddedStore);
    suite(open, "embedded", create);
  });
  if (postgresUrl)
    describe(`${title}, on PostgreSQL`, () => {
      const { open, create } = useStores("postgres", () => createPostgresStore(postgresUrl));
      suite(open, "postgres", create);
    });
  else
    describe.skip(`${title}, on PostgreSQL [SKIPPED: set PRELOOP_TEST_DATABASE_URL to run it]`, () => {
      const never = () => Promise.reject(new Error("skipped"));
      suite(never, "postgres", never);
    });
}

interface OwnedStore {
  readonly url?: string;
  readonly home: string;
  remove(): Promise<void>;
}

function useStores(kind: Db["kind"], make: () => Promise<OwnedStore>): Stores {
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

  return {
    kind,
    async open() {
      const store = clean.pop() ?? (await make());
      used.push(store);
      return openDb(store);
    },
    async create() {
      const store = await make();
      mine.push(store);
      return { ...store, kind, open: () => openDb(store) };
    },
  };
}

// A second instead of a tenth of it per test is what a new store would cost.
async function empty({ url, home }: OwnedStore): Promise<void> {
  const db = await openStore({ url, home, log: silentLog });
  const tables = await db.rows<{ name: string }>(
    "SELECT format('%I', tablename) AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'",
  );
  await db.rows(`TRUNCATE ${tables.map(({ name }) => name).join(", ")} RESTART IDENTITY CASCADE`);
  await db.close();
}

async function createEmbeddedStore(): Promise<OwnedStore> {
  const home = await makeHome();
  return { home, remove: () => removeHome(home) };
}

/** A database of its own: NOTIFY, advisory locks and extensions reach as far as one database. */
async function createPostgresStore(server: string): Promise<OwnedStore> {
  const name = `preloop_test_${randomBytes(6).toString("hex")}`;
  await administer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    home: "/nonexistent",
    remove: () => administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

async function administer(server: string, sql: string): Promise<void> {
  const { default: pg } = await import("pg");
  const client = new pg.Client(server);
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
