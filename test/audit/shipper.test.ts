import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { listAudit } from "#audit";
import { silentLog } from "#base";
import { type Db, openStore } from "#store";
import { describeStores } from "../support/stores.ts";
import { auditOf, callOf, callsOf, collect, decisionOf, key, writeCall, writeCalls } from "./support.ts";
import { countStored, useHome } from "./use-home.ts";

const here = useHome();

describeStores("the audit in the store", (open, _kind, create) => {
  test("has every record once, and leaves no journal behind", async () => {
    const db = await open();
    const audit = auditOf(here.home, { store: async () => db });
    const calls = await writeCalls(audit, 1_234);
    await audit.flush();
    await writeCall(audit, { id: "last" });
    await audit.close();
    expect(here.journals()).toEqual([]);
    const entries = await here.listAll(db);
    expect(callsOf(entries).map(({ callId }) => callId)).toEqual([...calls, "last"]);
    expect(entries.some(({ isPending }) => isPending)).toBe(false);
    expect(await here.verify(db)).toEqual({ writers: 1, records: 1_235, journaled: 0, findings: [] });
  });

  test("ships by itself a moment later, off the way of the call", async () => {
    const db = await open();
    const audit = auditOf(here.home, { store: async () => db });
    await writeCall(audit);
    while ((await countStored(db)) === 0) await sleep(50);
    await audit.close();
    expect(await countStored(db)).toBe(1);
  });

  test("takes events into the same chain", async () => {
    const db = await open();
    const audit = auditOf(here.home, { store: async () => db });
    await writeCall(audit);
    audit.event("approval_revealed", "local:ana", { approval: "a1", token: "t0ps3cret" });
    await audit.close();
    const entries = await collect(listAudit({ db, home: here.home, key }, { outcome: "event" }));
    expect(entries).toMatchObject([
      { kind: "event", seq: 2, record: { event: "approval_revealed", user: "local:ana" } },
    ]);
    expect(JSON.stringify(entries)).not.toContain("t0ps3cret");
    expect((await here.verify(db)).findings).toEqual([]);
  });

  test("waits in the journal while the store is away, and says so once", async () => {
    const said: string[] = [];
    const log = { ...silentLog, warn: (text: string) => void said.push(text) };
    let url: string | undefined = "postgresql://postgres@127.0.0.1:9/nothing-listens-here";
    const there = await create();
    const store = async () => (url ? openStore({ url, home: here.home, log: silentLog }) : there.open());
    const audit = auditOf(here.home, { store, log });
    const ids = await writeCalls(audit, 3_000); // several batches
    await expect(audit.flush()).rejects.toMatchObject({ code: "store_unavailable" });
    await expect(audit.flush()).rejects.toMatchObject({ code: "store_unavailable" });
    expect(said).toHaveLength(1);
    expect(callsOf(await collect(listAudit({ home: here.home, key })))).toHaveLength(3_000);
    url = undefined;
    await audit.flush();
    const db = await there.open();
    ids.push((await writeCall(audit)).id);
    await audit.close();
    expect(callsOf(await here.listAll(db)).map(({ callId }) => callId)).toEqual(ids);
    expect((await here.verify(db)).findings).toEqual([]);
    expect(here.journals()).toEqual([]);
  });

  test("makes a big journal small again, and keeps the calls that are open", async () => {
    const db = await open();
    const audit = auditOf(here.home, { writer: { id: "w1", host: "test" }, store: async () => db });
    const waiting = audit.begin(callOf({ id: "open" }), decisionOf());
    waiting.waiting({ approval: "a1" });
    for (let n = 0; n < 1_500; n++) await writeCall(audit);
    await audit.flush();
    expect(fs.statSync(path.join(here.home, "journal/w1.ndjson")).size).toBeLessThan(10_000);
    await writeCall(audit);
    await audit.close();
    const before = await here.verify(db);
    expect(before.findings).toEqual([]);
    expect(callsOf(await here.listAll(db)).find(({ callId }) => callId === "open")).toMatchObject({
      outcome: "cancelled",
    });
    expect(await here.recover(db)).toEqual({ journals: 1, records: 1 });
    expect(callsOf(await here.listAll(db)).filter(({ callId }) => callId === "open")).toHaveLength(1);
    expect(await here.verify(db)).toMatchObject({ records: 1_502, journaled: 0, findings: [] });
  });

  test("makes a big journal small while calls keep coming, and loses none of them", async () => {
    const db = await open();
    const file = path.join(here.home, "journal/w1.ndjson");
    const sizes: number[] = [];
    const late: string[] = [];
    // Calls that come while a batch is under way are never in it.
    const busy: Db = {
      ...db,
      async transaction(work) {
        sizes.push(fs.statSync(file).size);
        const done = await db.transaction(work);
        if (late.length < 6) late.push((await writeCall(audit)).id, (await writeCall(audit)).id);
        return done;
      },
    };
    const audit = auditOf(here.home, { writer: { id: "w1", host: "test" }, store: async () => busy });
    const args = { text: "x".repeat(3_000) };
    const begun = audit.begin(callOf({ id: "open" }), decisionOf());
    await begun.sending();
    const ids: string[] = [];
    for (let n = 0; n < 1_000; n++) ids.push((await writeCall(audit, { args })).id);
    await audit.flush();
    expect(sizes[0]).toBeGreaterThan(2_000_000);
    expect(sizes.at(-1)).toBeLessThan(100_000);
    await begun.finish({ outcome: "ok" });
    await audit.close();
    expect(callsOf(await here.listAll(db)).map(({ callId }) => callId)).toEqual(
      expect.arrayContaining(["open", ...ids, ...late]),
    );
    expect(await here.verify(db)).toMatchObject({ records: 1_007, journaled: 0, findings: [] });
  });

  test("ships what it wrote although the file was removed, and nothing of what was changed in it", async () => {
    const db = await open();
    const audit = auditOf(here.home, { writer: { id: "w1", host: "test" }, store: async () => db });
    const file = path.join(here.home, "journal/w1.ndjson");
    await writeCall(audit);
    fs.rmSync(file);
    await writeCall(audit);
    await audit.flush();
    expect(await countStored(db)).toBe(2);
    await writeCall(audit, { tool: "read" });
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replaceAll('"read"', '"rite"'));
    await expect(audit.flush()).rejects.toMatchObject({ code: "audit_broken" });
    expect(await countStored(db)).toBe(2);
    await audit.close();
  });
});
