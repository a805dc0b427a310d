import { expect, test } from "vitest";
import { readStoreStatus } from "#store";
import { describeStores } from "../support/stores.ts";

describeStores("the state of a store", (open, kind) => {
  test("tells its schema and its rows", async () => {
    const db = await open();
    await db.rows("INSERT INTO setting (key, value) VALUES ('a', '1')");
    const status = await readStoreStatus(db);
    expect(status).toMatchObject({ kind, store: db.shown, pending: [], rows: { setting: 1, approval: 0 } });
    expect(status.applied.length).toBeGreaterThan(0);
    expect(status.bytes).toBeGreaterThan(1_000_000);
  });
});
