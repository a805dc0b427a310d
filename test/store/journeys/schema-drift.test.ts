import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { newestOwner } from "../../support/raw-client.ts";
import { describeStores, type TestStore } from "../../support/stores.ts";

const root = path.join(import.meta.dirname, "../../..");

/** Prisma's own command line over the engine from npm, against a test's store. */
async function prisma(store: TestStore, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["node_modules/prisma/build/index.js", "migrate", ...args, "--config", "prisma/prisma.config.ts"],
    {
      cwd: root,
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: path.join(root, "prisma/schema-engine/main.mjs"),
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
        DATABASE_URL: urlOf(store),
      },
    },
  );
  return stdout;
}

function urlOf({ url, home }: TestStore): string {
  const run = encodeURIComponent(path.join(home, "run"));
  return url ?? `postgresql://postgres:none@localhost/postgres?host=${run}&port=${newestOwner(home)}`;
}

describeStores("a store that preloop migrated", (_open, _kind, create) => {
  test("is what Prisma's own engine would have made of it", { timeout: 90_000 }, async () => {
    const store = await create();
    await store.open();
    expect(await prisma(store, "status")).toContain("Database schema is up to date!");
    expect(await prisma(store, "deploy")).toContain("No pending migrations to apply");
  });

  test("has the tables of schema.prisma, no more and no less", { timeout: 90_000 }, async () => {
    const store = await create();
    await store.open();
    const compare = ["diff", "--from-config-datasource", "--to-schema", "prisma/schema.prisma"];
    expect(await prisma(store, ...compare, "--exit-code")).toContain("No difference detected");
    const sql = await prisma(store, ...compare, "--script");
    expect(sql).toContain("This is an empty migration");
  });
});
