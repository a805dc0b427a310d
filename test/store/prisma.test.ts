import { expect, test } from "vitest";
import { silentLog } from "#base";
import { connectStore } from "#store";
import { stopOwner } from "../support/embedded.ts";
import { describeStores } from "../support/stores.ts";

describeStores("Prisma on the store", (open, kind, create) => {
  test("has the rows that everybody has", async () => {
    const db = await open();
    await db.rows("INSERT INTO setting (key, value) VALUES ('a', '1')");
    const prisma = await db.prisma();
    expect(await prisma.setting.findMany()).toEqual([{ key: "a", value: "1" }]);
    await prisma.$transaction(async (tx) => {
      await tx.setting.create({ data: { key: "b", value: "2" } });
      expect(await tx.setting.count()).toBe(2);
    });
    expect(await db.rows("SELECT count(*)::int AS n FROM setting")).toEqual([{ n: 2 }]);
  });

  test("reads and writes the same moments as SQL, whatever zone a connection keeps", async () => {
    const db = await open();
    const at = new Date("2026-03-29T00:59:59.999Z");
    const { toolSwitch } = await db.prisma();
    const write = (tool: string) =>
      toolSwitch.create({ data: { server: "s", tool, offBy: "ana", offAt: at } });
    await db.rows("SET TIME ZONE 'Asia/Kolkata'");
    await db.rows("INSERT INTO tool_switch (server, tool, off_by, off_at) VALUES ('s', 'sql', 'ana', $1)", [
      at,
    ]);
    await write("prisma");
    expect(await db.rows("SELECT off_at FROM tool_switch")).toEqual([{ off_at: at }, { off_at: at }]);
    const found = await toolSwitch.findMany({ where: { offAt: at } });
    expect(found.map(({ offAt }) => offAt)).toEqual([at, at]);
  });

  test("looks again when the connection was lost under a read", async () => {
    const store = await create();
    const [db, other] = [await store.open(), await store.open()];
    const { setting } = await db.prisma();
    await setting.create({ data: { key: "a", value: "1" } });
    if (kind === "embedded") await stopOwner(store.home);
    else
      await other.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
      );
    expect(await setting.findMany()).toEqual([{ key: "a", value: "1" }]);
  });
});

test("Prisma says in people's words that a store cannot be reached", async () => {
  const url = "postgresql://ana:s3cret@127.0.0.1:1/preloop";
  const db = await connectStore({ url, home: "/nonexistent", log: silentLog });
  try {
    const { setting } = await db.prisma();
    await expect(setting.findMany()).rejects.toMatchObject({
      code: "store_unavailable",
      message: expect.stringMatching(
        /^Cannot use the store at postgresql:\/\/ana@127\.0\.0\.1:1\/preloop: nothing listens/,
      ),
    });
  } finally {
    await db.close();
  }
});
