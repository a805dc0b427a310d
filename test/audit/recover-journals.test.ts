import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startProgram } from "../support/start-source.ts";
import { describeStores } from "../support/stores.ts";
import { auditOf, callOf, callsOf, decisionOf, key, writeCall } from "./support.ts";
import { countStored, useHome } from "./use-home.ts";

const ROUNDS = Number(process.env.PRELOOP_TEST_ROUNDS ?? 6);

const here = useHome();

describeStores("the audit in the store", (open, _kind, create) => {
  test("gets what a dead process left from a later one, by itself", async () => {
    const db = await open();
    await here.leaveJournal(20, "dead");
    const audit = auditOf(here.home, { store: async () => db });
    await writeCall(audit);
    while ((await countStored(db)) < 21) await sleep(50);
    await audit.close();
    expect(here.journals()).toEqual([]);
    expect(await here.verify(db)).toMatchObject({ writers: 2, records: 21, findings: [] });
  });

  test("gets it once when two take it up at the same time, ten times over", async () => {
    const there = await create();
    const dbs = await Promise.all([there.open(), there.open(), there.open()]);
    for (let round = 0; round < 10; round++) {
      await here.leaveJournal(30, `round${round}`);
      await Promise.all(dbs.map((db) => here.recover(db)));
      expect(await countStored(dbs[0]!)).toBe(30 * (round + 1));
      expect(here.journals()).toEqual([]);
    }
    expect(await here.verify(dbs[0]!)).toMatchObject({ writers: 10, records: 300, findings: [] });
  });

  test("gets it once when the first to take it up died before the journal was removed", async () => {
    const db = await open();
    await here.leaveJournal(20);
    const file = path.join(here.home, "journal/w1.ndjson");
    const text = fs.readFileSync(file);
    await here.recover(db);
    fs.writeFileSync(file, text);
    expect(await here.recover(db)).toEqual({ journals: 1, records: 0 });
    expect(await here.verify(db)).toMatchObject({ records: 20, journaled: 0, findings: [] });
  });

  test("takes a changed journal up to the change, and keeps the rest for people to see", async () => {
    const db = await open();
    await here.leaveJournal(20);
    const file = path.join(here.home, "journal/w1.ndjson");
    const lines = fs.readFileSync(file, "utf8").split("\n");
    const changed = lines.findIndex((line) => line.startsWith('{"seq":11,'));
    lines[changed] = lines[changed]!.replace('"ok"', '"no"');
    fs.writeFileSync(file, lines.join("\n"));
    await here.recover(db);
    expect(await countStored(db)).toBe(10);
    expect(here.journals().filter((name) => name.includes("ndjson"))).toEqual(["w1.ndjson.broken"]);
    const { findings } = await here.verify(db);
    expect(findings).toMatchObject([{ writer: "w1", problem: expect.stringContaining("set aside") }]);
  });

  test("leaves the journal of another store alone", async () => {
    const [mine, other] = [await open(), await (await create()).open()];
    const audit = auditOf(here.home, { writer: { id: "w1", host: "test" }, store: async () => other });
    await writeCall(audit);
    await audit.flush();
    await audit.begin(callOf({ id: "open" }), decisionOf()).sending();
    await audit.close();
    await here.recover(mine);
    expect(await countStored(mine)).toBe(0);
    expect((await here.verify(mine)).findings).toEqual([]);
    expect(await here.recover(other)).toEqual({ journals: 1, records: 1 });
  });

  test("finds its journal's place gone from the store", async () => {
    const db = await open();
    const audit = auditOf(here.home, { writer: { id: "w1", host: "test" }, store: async () => db });
    for (let n = 0; n < 5; n++) await writeCall(audit);
    await audit.flush();
    await db.rows("DELETE FROM audit_record");
    await db.rows("DELETE FROM audit_writer");
    await writeCall(audit);
    await expect(audit.flush()).rejects.toMatchObject({ code: "audit_broken" });
    await audit.close();
    const problems = (await here.verify(db)).findings.map(({ problem }) => problem).join("\n");
    expect(problems).toMatch(/names 1 writers, and 0 are there/);
    expect(problems).toMatch(/goes on from record 5, which the store does not have/);
  });
});

describeStores("a writer killed at a random moment", (_open, _kind, create) => {
  test(`loses no call it sent and doubles none, ${ROUNDS} rounds`, {
    timeout: 30_000 + ROUNDS * 5_000,
  }, async () => {
    const there = await create();
    const db = await there.open();
    const sent: string[] = [];
    const done: string[] = [];
    const store = { home: there.home, ...(there.url !== undefined && { url: there.url }) };
    for (let round = 0; round < ROUNDS; round++) {
      const options = { home: here.home, writer: `round${round}`, key: String(key), calls: 1e6, store };
      const { process: child, lines, ended } = startProgram(here.writerProgram, [JSON.stringify(options)]);
      while (lines.length === 0) await sleep(5);
      await sleep(Math.random() * 300);
      child.kill("SIGKILL");
      expect(await ended).toBe("SIGKILL");
      for (const line of lines) {
        if (line.startsWith("sending ")) sent.push(line.slice(8));
        if (line.startsWith("done ")) done.push(line.slice(5));
      }
      // Every other round two take it up at once.
      await Promise.all(
        round % 2 === 0 ? [here.recover(db)] : [here.recover(db), here.recover(await there.open())],
      );
    }
    expect(done.length).toBeGreaterThan(ROUNDS);
    const records = callsOf(await here.listAll(db));
    const outcomes = new Map(records.map(({ callId, outcome }) => [callId, outcome]));
    expect(outcomes.size).toBe(records.length);
    expect(sent.filter((id) => !outcomes.has(id))).toEqual([]);
    expect(done.filter((id) => outcomes.get(id) !== "ok")).toEqual([]);
    expect(here.journals()).toEqual([]);
    expect((await here.verify(db)).findings).toEqual([]);
  });
});
