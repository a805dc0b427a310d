import { randomBytes } from "node:crypto";
import { afterEach, describe, type TestContext } from "vitest";
import { silentLog } from "#base";
import { type Db, openStore } from "#store";

/** Where a test's store is: what `openStore` needs to open it once more. */
export interface TestStore {
  readonly kind: Db["kind"];
  readonly url?: string;
  readonly home: string;
  /** Opens it (again); closed after the test. */
  open(): Promise<Db>;
}

/** Opens a fresh, migrated store for the running test; closed after it, and removed unless the test failed. */
export type OpenTestStore = () => Promise<Db>;

const postgresUrl = process.env.PRELOOP_TEST_DATABASE_URL;

/** Runs a suite on the embedded store and on the PostgreSQL that PRELOOP_TEST_DATABASE_URL names. */
export function describeStores(
  title: string,
  suite: (open: OpenTestStore, kind: Db["kind"], create: () => Promise<TestStore>) => void,
): void {
  if (!postgresUrl) {
    describe.skip(`${title}, on PostgreSQL [SKIPPED: set PRELOOP_TEST_DATABASE_URL to run it]`, () => {
      suite(
        async () => Promise.reject(new Error("skipped")),
        "postgres",
        () => Promise.reject(new Error("skipped")),
      );
    });
    return;
  }
  describe(`${title}, on PostgreSQL`, () => {
    const create = useTestStores(() => createPostgresStore(postgresUrl));
    suite(async () => (await create()).open(), "postgres", create);
  });
}

interface OwnedStore {
  readonly url?: string;
  readonly home: string;
  remove(): Promise<void>;
}

function useTestStores(make: () => Promise<OwnedStore>): () => Promise<TestStore> {
  const owned: OwnedStore[] = [];
  const opened: Db[] = [];
  afterEach(async (context: TestContext) => {
    for (const db of opened.splice(0)) await db.close();
    const isKept = context.task.result?.state === "fail";
    for (const store of owned.splice(0)) {
      if (isKept) console.error(`kept for a look: ${store.url ?? store.home}`);
      else await store.remove();
    }
  });
  return async () => {
    const store = await make();
    owned.push(store);
    return {
      ...store,
      kind: store.url ? "postgres" : "embedded",
      async open() {
        const db = await openStore({ ...store, log: silentLog });
        opened.push(db);
        return db;
      },
    };
  };
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
