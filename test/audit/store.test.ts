import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { listAudit, recoverJournals, verifyAudit } from "#audit";
import { type Log, silentLog } from "#base";
import { type Db, openStore, registerSession } from "#store";
import { createChain } from "../../src/audit/chain.ts";
import { makeHome } from "../support/embedded.ts";
import { buildFixture, startProgram } from "../support/start-source.ts";
import { describeStores } from "../support/stores.ts";
import { auditOf, callOf, callsOf, collect, decisionOf, key, writeCall, writeCalls } from "./support.ts";

let home: string;
let writerProgram: string;
beforeAll(async () => {
  writerProgram = await buildFixture("audit-writer");
});
beforeEach(async () => {
  home = await makeHome();
});
afterEach(() => fs.rmSync(home, { recursive: true, force: true }));

const adopt = (db: Db, log: Log = silentLog) =>
  recoverJournals({ home, directory: path.join(home, "journal"), chain: createChain(key), db, log });
const journals = () => fs.readdirSync(path.join(home, "journal")).sort();
const listAll = (db: Db) => collect(listAudit({ db, home, key }));
const verify = (db: Db) => verifyAudit({ db, home, key });
const stored = async (db: Db) =>
  (await db.rows<{ n: number }>("SELECT count(*)::int AS n FROM audit_record"))[0]!.n;

/** Lets a writer leave a journal of so many calls as a killed process would. */
async function leaveJournal(writer: string, calls: number): Promise<void> {
  await startProgram(writerProgram, [
    JSON.stringify({ home, writer, key: String(key), calls, abandon: true }),
  ]).ended;
}

/** A store with three writers of some records each, all shipped. */
async function fill(db: Db): Promise<void> {
  for (const id of ["wa", "wb", "wc"]) {
    const audit = auditOf(home, { writer: { id, host: "test" }, store: async () => db });
    for (let n = 0; n < 10; n++) await writeCall(audit, { id: `${id}-${n}` });
    await audit.close();
  }
}

describeStores("the audit in the store", (open, _kind, create) => {
  test("has every record once, and leaves no journal behind", async () => {
    const db = await open();
    const audit = auditOf(home, { store: async () => db });
    const calls = await writeCalls(audit, 1_234);
    await audit.flush();
    await writeCall(audit, { id: "last" });
    await audit.close();
    expect(journals()).toEqual([]);
    const entries = await listAll(db);
    expect(callsOf(entries).map(({ callId }) => callId)).toEqual([...calls, "last"]);
    expect(entries.some(({ isPending }) => isPending)).toBe(false);
    expect(await verify(db)).toEqual({ writers: 1, records: 1_235, journaled: 0, findings: [] });
  });

  test("ships by itself a moment later, off the way of the call", async () => {
    const db = await open();
    const audit = auditOf(home, { store: async () => db });
    await writeCall(audit);
    while ((await stored(db)) === 0) await sleep(50);
    await audit.close();
    expect(await stored(db)).toBe(1);
  });

  test("takes events into the same chain", async () => {
    const db = await open();
    const audit = auditOf(home, { store: async () => db });
    await writeCall(audit);
    audit.event("approval_revealed", "local:ana", { approval: "a1", token: "t0ps3cret" });
    await audit.close();
    const entries = await collect(listAudit({ db, home, key }, { outcome: "event" }));
    expect(entries).toMatchObject([
      { kind: "event", seq: 2, record: { event: "approval_revealed", user: "local:ana" } },
    ]);
    expect(JSON.stringify(entries)).not.toContain("t0ps3cret");
    expect((await verify(db)).findings).toEqual([]);
  });

  test("is listed by time, tool, server, session and outcome, and by the newest", async () => {
    const db = await open();
    const times = Array.from({ length: 6 }, (_, n) => new Date(Date.UTC(2026, 0, 1 + n)));
    const clock = { now: () => times[at++]!, ticksMs: () => 0 };
    let at = 0;
    const audit = auditOf(home, { store: async () => db, clock });
    const session = { ...callOf().session, id: 's"2' };
    await writeCall(audit, { id: "0", tool: "read" });
    await writeCall(audit, { id: "1", server: "web" });
    await writeCall(audit, { id: "2", session });
    await audit.begin(callOf({ id: "3" }), decisionOf()).finish({ outcome: "refused" });
    await audit.flush();
    await writeCall(audit, { id: "4", session });
    await writeCall(audit, { id: "5", tool: "read" });
    const ids = async (filter: Parameters<typeof listAudit>[1]) =>
      callsOf(await collect(listAudit({ db, home, key }, filter)))
        .map(({ callId }) => callId)
        .join("");
    expect(await ids({})).toBe("012345");
    expect(await ids({ since: times[3]! })).toBe("345");
    expect(await ids({ tool: "read" })).toBe("05");
    expect(await ids({ tool: "web__write" })).toBe("1");
    expect(await ids({ server: "web" })).toBe("1");
    expect(await ids({ session: 's"2' })).toBe("24");
    expect(await ids({ outcome: "refused" })).toBe("3");
    expect(await ids({ limit: 4 })).toBe("2345");
    expect(await ids({ limit: 1, tool: "write" })).toBe("4");
    await audit.close();
  });

  test("merges more than a page of records of many writers in the order of time", async () => {
    const db = await open();
    const now = Date.now();
    let n = 0;
    const clock = { now: () => new Date(now + (n++ % 7)), ticksMs: () => 0 };
    const [one, two] = [auditOf(home, { store: async () => db, clock }), auditOf(home, { clock })];
    for (let call = 0; call < 700; call++) {
      await writeCall(one);
      await writeCall(two);
    }
    await one.flush();
    const pending = (await listAll(db)).filter(({ isPending }) => isPending);
    expect(pending).toHaveLength(700);
    for (const limit of [undefined, 1_000]) {
      const entries = await collect(listAudit({ db, home, key }, limit === undefined ? {} : { limit }));
      expect(entries).toHaveLength(limit ?? 1_400);
      expect(new Set(entries.map(({ writer, seq }) => `${writer} ${seq}`)).size).toBe(entries.length);
      const places = entries.map(
        ({ record, writer, seq }) => `${record.at} ${writer} ${String(seq).padStart(5)}`,
      );
      expect(places).toEqual([...places].sort());
    }
    await one.close();
    await two.close();
  });

  test.for<[string, string, (string | undefined)[], number | undefined, RegExp]>([
    [
      "an edited record",
      `UPDATE audit_record SET body = replace(body, '"ok"', '"no"'), outcome = 'no' WHERE writer_id = 'wb' AND seq = 4`,
      ["wb"],
      4,
      /edited or moved/,
    ],
    [
      "an edited column",
      `UPDATE audit_record SET outcome = 'refused' WHERE writer_id = 'wb' AND seq = 4`,
      ["wb"],
      4,
      /outcome does not match/,
    ],
    [
      "an edited time",
      `UPDATE audit_record SET at = at - interval '1 day' WHERE writer_id = 'wb' AND seq = 4`,
      ["wb"],
      4,
      /at does not match/,
    ],
    [
      "a gap",
      `DELETE FROM audit_record WHERE writer_id = 'wb' AND seq IN (4, 5)`,
      ["wb"],
      4,
      /records 4 to 5 are missing/,
    ],
    [
      "a missing beginning",
      `DELETE FROM audit_record WHERE writer_id = 'wb' AND seq = 1`,
      ["wb"],
      1,
      /the record is missing/,
    ],
    [
      "a cut tail",
      `DELETE FROM audit_record WHERE writer_id = 'wb' AND seq > 7`,
      ["wb"],
      8,
      /the last 3 of 10 records are missing/,
    ],
    [
      "a cut tail with the anchor set back",
      `WITH cut AS (DELETE FROM audit_record WHERE writer_id = 'wb' AND seq > 7)
        UPDATE audit_writer SET count = 7, head = (SELECT hash FROM audit_record WHERE writer_id = 'wb' AND seq = 7) WHERE id = 'wb'`,
      [undefined],
      undefined,
      /anchors was set to another place/,
    ],
    [
      "a changed anchor",
      `UPDATE audit_writer SET head = repeat('0', 64) WHERE id = 'wb'`,
      ["wb", undefined],
      10,
      /not the one the anchor names/,
    ],
    [
      "two records in each other's place",
      `UPDATE audit_record SET seq = CASE seq WHEN 4 THEN 104 ELSE 4 END WHERE writer_id = 'wb' AND seq IN (4, 5);
        UPDATE audit_record SET seq = 5 WHERE writer_id = 'wb' AND seq = 104`,
      ["wb", "wb", "wb"],
      4,
      /edited or moved/,
    ],
    [
      "a writer removed",
      `DELETE FROM audit_record WHERE writer_id = 'wb'; DELETE FROM audit_writer WHERE id = 'wb'`,
      [undefined],
      undefined,
      /names 3 writers, and 2 are there/,
    ],
    [
      "a writer removed and the ledger counted down",
      `DELETE FROM audit_record WHERE writer_id = 'wb'; DELETE FROM audit_writer WHERE id = 'wb';
        UPDATE setting SET value = replace(value, ' 3 ', ' 2 ') WHERE key = 'audit.ledger'`,
      [undefined],
      undefined,
      /ledger.*was changed/,
    ],
    [
      "a record added at the end",
      `INSERT INTO audit_record SELECT writer_id, 11, at, call_id, server, tool, outcome, body, hash
         FROM audit_record WHERE writer_id = 'wb' AND seq = 10`,
      ["wb"],
      11,
      /edited or moved/,
    ],
    [
      "the ledger removed",
      `DELETE FROM setting WHERE key = 'audit.ledger'`,
      [undefined],
      undefined,
      /ledger.*is missing/,
    ],
    [
      "records moved to another writer",
      `DELETE FROM audit_record WHERE writer_id = 'wb';
        INSERT INTO audit_record SELECT 'wb', seq, at, call_id, server, tool, outcome, body, hash FROM audit_record WHERE writer_id = 'wa'`,
      ["wb", "wb"],
      1,
      /edited or moved/,
    ],
  ])("does not hide %s", async ([, sql, writers, seq, problem]) => {
    const db = await open();
    await fill(db);
    expect(await verify(db)).toMatchObject({ writers: 3, records: 30, findings: [] });
    for (const statement of sql.split(";")) await db.rows(statement);
    const { findings } = await verify(db);
    expect(findings.map(({ writer }) => writer)).toEqual(writers);
    expect(findings[0]!.problem).toMatch(problem);
    expect(findings[0]!.seq).toBe(seq);
  });

  test("does not heal a broken ledger with the next batch", async () => {
    const db = await open();
    await fill(db);
    await db.rows("DELETE FROM audit_record WHERE writer_id = 'wb'");
    await db.rows("DELETE FROM audit_writer WHERE id = 'wb'");
    await db.rows("UPDATE setting SET value = replace(value, ' 3 ', ' 2 ') WHERE key = 'audit.ledger'");
    const audit = auditOf(home, { store: async () => db });
    await writeCall(audit);
    await audit.close();
    expect((await verify(db)).findings).toHaveLength(1);
  });

  test("with another key fits nowhere, and says so in few words", async () => {
    const db = await open();
    await fill(db);
    const { findings } = await verifyAudit({ db, home, key: Buffer.from("another") });
    expect(findings.length).toBeGreaterThan(3);
    expect(findings.length).toBeLessThan(70);
  });

  test("waits in the journal while the store is away, and says so once", async () => {
    const said: string[] = [];
    const log = { ...silentLog, warn: (text: string) => void said.push(text) };
    let url: string | undefined = "postgresql://postgres@127.0.0.1:9/nothing-listens-here";
    const there = await create();
    const store = async () => (url ? openStore({ url, home, log: silentLog }) : there.open());
    const audit = auditOf(home, { store, log });
    const ids = await writeCalls(audit, 3_000); // several batches
    await expect(audit.flush()).rejects.toMatchObject({ code: "store_unavailable" });
    await expect(audit.flush()).rejects.toMatchObject({ code: "store_unavailable" });
    expect(said).toHaveLength(1);
    expect(callsOf(await collect(listAudit({ home, key })))).toHaveLength(3_000);
    url = undefined;
    await audit.flush();
    const db = await there.open();
    ids.push((await writeCall(audit)).id);
    await audit.close();
    expect(callsOf(await listAll(db)).map(({ callId }) => callId)).toEqual(ids);
    expect((await verify(db)).findings).toEqual([]);
    expect(journals()).toEqual([]);
  });

  test("makes a big journal small again, and keeps the calls that are open", async () => {
    const db = await open();
    const audit = auditOf(home, { writer: { id: "w1", host: "test" }, store: async () => db });
    const waiting = audit.begin(callOf({ id: "open" }), decisionOf());
    waiting.waiting({ approval: "a1" });
    for (let n = 0; n < 1_500; n++) await writeCall(audit);
    await audit.flush();
    expect(fs.statSync(path.join(home, "journal/w1.ndjson")).size).toBeLessThan(10_000);
    await writeCall(audit);
    await audit.close();
    const before = await verify(db);
    expect(before.findings).toEqual([]);
    expect(callsOf(await listAll(db)).find(({ callId }) => callId === "open")).toMatchObject({
      outcome: "cancelled",
    });
    expect(await adopt(db)).toEqual({ journals: 1, records: 1 });
    expect(callsOf(await listAll(db)).filter(({ callId }) => callId === "open")).toHaveLength(1);
    expect(await verify(db)).toMatchObject({ records: 1_502, journaled: 0, findings: [] });
  });

  test("makes a big journal small while calls keep coming, and loses none of them", async () => {
    const db = await open();
    const file = path.join(home, "journal/w1.ndjson");
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
    const audit = auditOf(home, { writer: { id: "w1", host: "test" }, store: async () => busy });
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
    expect(callsOf(await listAll(db)).map(({ callId }) => callId)).toEqual(
      expect.arrayContaining(["open", ...ids, ...late]),
    );
    expect(await verify(db)).toMatchObject({ records: 1_007, journaled: 0, findings: [] });
  });

  test("ships what it wrote although the file was removed, and nothing of what was changed in it", async () => {
    const db = await open();
    const audit = auditOf(home, { writer: { id: "w1", host: "test" }, store: async () => db });
    const file = path.join(home, "journal/w1.ndjson");
    await writeCall(audit);
    fs.rmSync(file);
    await writeCall(audit);
    await audit.flush();
    expect(await stored(db)).toBe(2);
    await writeCall(audit, { tool: "read" });
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replaceAll('"read"', '"rite"'));
    await expect(audit.flush()).rejects.toMatchObject({ code: "audit_broken" });
    expect(await stored(db)).toBe(2);
    await audit.close();
  });

  test("gets what a dead process left from a later one, by itself", async () => {
    const db = await open();
    await leaveJournal("dead", 20);
    const audit = auditOf(home, { store: async () => db });
    await writeCall(audit);
    while ((await stored(db)) < 21) await sleep(50);
    await audit.close();
    expect(journals()).toEqual([]);
    expect(await verify(db)).toMatchObject({ writers: 2, records: 21, findings: [] });
  });

  test("gets it once when two take it up at the same time, ten times over", async () => {
    const there = await create();
    const dbs = await Promise.all([there.open(), there.open(), there.open()]);
    for (let round = 0; round < 10; round++) {
      await leaveJournal(`round${round}`, 30);
      await Promise.all(dbs.map((db) => adopt(db)));
      expect(await stored(dbs[0]!)).toBe(30 * (round + 1));
      expect(journals()).toEqual([]);
    }
    expect(await verify(dbs[0]!)).toMatchObject({ writers: 10, records: 300, findings: [] });
  });

  test("gets it once when the first to take it up died before the journal was removed", async () => {
    const db = await open();
    await leaveJournal("w1", 20);
    const file = path.join(home, "journal/w1.ndjson");
    const text = fs.readFileSync(file);
    await adopt(db);
    fs.writeFileSync(file, text);
    expect(await adopt(db)).toEqual({ journals: 1, records: 0 });
    expect(await verify(db)).toMatchObject({ records: 20, journaled: 0, findings: [] });
  });

  test("takes a changed journal up to the change, and keeps the rest for people to see", async () => {
    const db = await open();
    await leaveJournal("w1", 20);
    const file = path.join(home, "journal/w1.ndjson");
    const lines = fs.readFileSync(file, "utf8").split("\n");
    const changed = lines.findIndex((line) => line.startsWith('{"seq":11,'));
    lines[changed] = lines[changed]!.replace('"ok"', '"no"');
    fs.writeFileSync(file, lines.join("\n"));
    await adopt(db);
    expect(await stored(db)).toBe(10);
    expect(journals().filter((name) => name.includes("ndjson"))).toEqual(["w1.ndjson.broken"]);
    const { findings } = await verify(db);
    expect(findings).toMatchObject([{ writer: "w1", problem: expect.stringContaining("set aside") }]);
  });

  test("leaves the journal of another store alone", async () => {
    const [mine, other] = [await open(), await (await create()).open()];
    const audit = auditOf(home, { writer: { id: "w1", host: "test" }, store: async () => other });
    await writeCall(audit);
    await audit.flush();
    await audit.begin(callOf({ id: "open" }), decisionOf()).sending();
    await audit.close();
    await adopt(mine);
    expect(await stored(mine)).toBe(0);
    expect((await verify(mine)).findings).toEqual([]);
    expect(await adopt(other)).toEqual({ journals: 1, records: 1 });
  });

  test("finds its journal's place gone from the store", async () => {
    const db = await open();
    const audit = auditOf(home, { writer: { id: "w1", host: "test" }, store: async () => db });
    for (let n = 0; n < 5; n++) await writeCall(audit);
    await audit.flush();
    await db.rows("DELETE FROM audit_record");
    await db.rows("DELETE FROM audit_writer");
    await writeCall(audit);
    await expect(audit.flush()).rejects.toMatchObject({ code: "audit_broken" });
    await audit.close();
    const problems = (await verify(db)).findings.map(({ problem }) => problem).join("\n");
    expect(problems).toMatch(/names 1 writers, and 0 are there/);
    expect(problems).toMatch(/goes on from record 5, which the store does not have/);
  });
});

const EMPTY = [
  "DELETE FROM audit_record",
  "DELETE FROM audit_writer",
  "DELETE FROM setting WHERE key = 'audit.ledger'",
];

describeStores("an audit that was emptied", (open, _kind, create) => {
  const empty = async (db: Db, also: readonly string[] = []) => {
    for (const sql of [...EMPTY, ...also]) await db.rows(sql);
  };
  const register = (db: Db, id: string) =>
    registerSession(db, { ...callOf().session, id, kind: "stdio", host: "test", pid: 1, leaseMs: 60_000 });
  const problemsIn = async (db: Db, where = home) =>
    (await verifyAudit({ db, home: where, key })).findings.map(({ problem }) => problem).join("\n");

  test("is missed by its sessions, whoever looks, also after one more call [S-79]", async () => {
    const db = await open();
    for (const id of ["wa", "wb", "wc"]) await register(db, id);
    await fill(db);
    await empty(db);
    const elsewhere = await makeHome();
    expect(await problemsIn(db, elsewhere)).toMatch(
      /^(the session knows of 10 records, and 0 are there\n?){3}$/,
    );
    const audit = auditOf(elsewhere, { writer: { id: "wd", host: "test" }, store: async () => db });
    await writeCall(audit);
    await audit.close();
    expect(await problemsIn(db, elsewhere)).toContain("the session knows of 10 records, and 0 are there");
    fs.rmSync(elsewhere, { recursive: true });
  });

  test("is missed by the home, where no session is left that knows, also after one more call [S-79]", async () => {
    const db = await open();
    for (const id of ["wa", "wb", "wc"]) await register(db, id);
    await fill(db);
    expect(await problemsIn(db)).toBe("");
    await empty(db, ["DELETE FROM session"]);
    expect(await problemsIn(db)).toMatch(/^an audit of 3 writers, which this home wrote to, is gone/);
    const audit = auditOf(home, { writer: { id: "wd", host: "test" }, store: async () => db });
    await writeCall(audit);
    await audit.close();
    expect(await problemsIn(db)).toMatch(/^an audit of 3 writers, which this home wrote to, is gone/);
  });

  test("and one that was set back to what it was are told apart from one that is whole [S-79]", async () => {
    const db = await open();
    await fill(db);
    const [kept] = await db.rows<{ value: string }>("SELECT value FROM setting WHERE key = 'audit.ledger'");
    const audit = auditOf(home, { writer: { id: "wd", host: "test" }, store: async () => db });
    await writeCall(audit);
    await audit.close();
    expect(await problemsIn(db)).toBe("");
    await db.rows("DELETE FROM audit_record WHERE writer_id = 'wd'");
    await db.rows("DELETE FROM audit_writer WHERE id = 'wd'");
    await db.rows("UPDATE setting SET value = $1 WHERE key = 'audit.ledger'", [kept!.value]);
    expect(await problemsIn(db)).toMatch(
      /^the store had 4 writers when this home last wrote to it, and has 3;/,
    );
  });

  test("leaves its mark where it cannot be changed without a word [S-79]", async () => {
    const db = await open();
    await fill(db);
    const file = path.join(home, "audit.json");
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace('"writers": 3', '"writers": 1'));
    expect(await problemsIn(db)).toMatch(/audit\.json was changed, or another secret key wrote it/);
    const audit = auditOf(home, { writer: { id: "wd", host: "test" }, store: async () => db });
    await writeCall(audit);
    await audit.close();
    expect(await problemsIn(db)).toMatch(/audit\.json was changed/);
  });

  test("is nothing that a home says of another store, or a store of another home [S-79]", async () => {
    const [one, two, elsewhere] = [await open(), await (await create()).open(), await makeHome()];
    await fill(one);
    expect(await problemsIn(two)).toBe("");
    expect(await problemsIn(one, elsewhere)).toBe("");
    const audit = auditOf(elsewhere, { writer: { id: "wd", host: "test" }, store: async () => one });
    await writeCall(audit);
    await audit.close();
    expect([await problemsIn(one), await problemsIn(one, elsewhere)]).toEqual(["", ""]);
    fs.rmSync(elsewhere, { recursive: true });
  });
});

const ROUNDS = Number(process.env.PRELOOP_TEST_ROUNDS ?? 6);

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
      const options = { home, writer: `round${round}`, key: String(key), calls: 1e6, store };
      const { process: child, lines, ended } = startProgram(writerProgram, [JSON.stringify(options)]);
      while (lines.length === 0) await sleep(5);
      await sleep(Math.random() * 300);
      child.kill("SIGKILL");
      expect(await ended).toBe("SIGKILL");
      for (const line of lines) {
        if (line.startsWith("sending ")) sent.push(line.slice(8));
        if (line.startsWith("done ")) done.push(line.slice(5));
      }
      // Every other round two take it up at once.
      await Promise.all(round % 2 === 0 ? [adopt(db)] : [adopt(db), adopt(await there.open())]);
    }
    expect(done.length).toBeGreaterThan(ROUNDS);
    const records = callsOf(await listAll(db));
    const outcomes = new Map(records.map(({ callId, outcome }) => [callId, outcome]));
    expect(outcomes.size).toBe(records.length);
    expect(sent.filter((id) => !outcomes.has(id))).toEqual([]);
    expect(done.filter((id) => outcomes.get(id) !== "ok")).toEqual([]);
    expect(journals()).toEqual([]);
    expect((await verify(db)).findings).toEqual([]);
  });
});
