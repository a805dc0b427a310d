import { expect, test } from "vitest";
import { checkSecretKey } from "#store";
import { describeStores } from "../support/stores.ts";

describeStores("the secret key of a store", (open) => {
  test("is that of the first process, and another one is refused", async () => {
    const db = await open();
    await checkSecretKey(db, "first key, thirty-two bytes long!");
    await checkSecretKey(db, Buffer.from("first key, thirty-two bytes long!"));
    await expect(checkSecretKey(db, "another key")).rejects.toMatchObject({ code: "secret_mismatch" });
    const settings = JSON.stringify(await db.rows("SELECT * FROM setting"));
    expect(settings).not.toContain("first key");
  });

  test("is one key when many processes are first", async () => {
    const db = await open();
    const keys = ["a", "b", "a", "b", "a", "b"];
    const answers = await Promise.allSettled(keys.map((key) => checkSecretKey(db, key)));
    const welcome = new Set(keys.filter((_, n) => answers[n]?.status === "fulfilled"));
    expect(welcome.size).toBe(1);
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
  });
});
