import fs from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { verifyAudit } from "#audit";
import { type Db, registerSession } from "#store";
import { makeHome } from "../support/embedded.ts";
import { describeStores } from "../support/stores.ts";
import { auditOf, callOf, key, writeCall } from "./support.ts";
import { useHome } from "./use-home.ts";

const here = useHome();

describeStores("the audit in the store", (open) => {
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
    await here.fill(db);
    expect(await here.verify(db)).toMatchObject({ writers: 3, records: 30, findings: [] });
    for (const statement of sql.split(";")) await db.rows(statement);
    const { findings } = await here.verify(db);
    expect(findings.map(({ writer }) => writer)).toEqual(writers);
    expect(findings[0]!.problem).toMatch(problem);
    expect(findings[0]!.seq).toBe(seq);
  });

  test("does not heal a broken ledger with the next batch", async () => {
    const db = await open();
    await here.fill(db);
    await db.rows("DELETE FROM audit_record WHERE writer_id = 'wb'");
    await db.rows("DELETE FROM audit_writer WHERE id = 'wb'");
    await db.rows("UPDATE setting SET value = replace(value, ' 3 ', ' 2 ') WHERE key = 'audit.ledger'");
    const audit = auditOf(here.home, { store: async () => db });
    await writeCall(audit);
    await audit.close();
    expect((await here.verify(db)).findings).toHaveLength(1);
  });

  test("with another key fits nowhere, and says so in few words", async () => {
    const db = await open();
    await here.fill(db);
    const { findings } = await verifyAudit({ db, home: here.home, key: Buffer.from("another") });
    expect(findings.length).toBeGreaterThan(3);
    expect(findings.length).toBeLessThan(70);
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
  const problemsIn = async (db: Db, where = here.home) =>
    (await verifyAudit({ db, home: where, key })).findings.map(({ problem }) => problem).join("\n");

  test("is missed by its sessions, whoever looks, also after one more call [S-79]", async () => {
    const db = await open();
    for (const id of ["wa", "wb", "wc"]) await register(db, id);
    await here.fill(db);
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
    await here.fill(db);
    expect(await problemsIn(db)).toBe("");
    await empty(db, ["DELETE FROM session"]);
    expect(await problemsIn(db)).toMatch(/^an audit of 3 writers, which this home wrote to, is gone/);
    const audit = auditOf(here.home, { writer: { id: "wd", host: "test" }, store: async () => db });
    await writeCall(audit);
    await audit.close();
    expect(await problemsIn(db)).toMatch(/^an audit of 3 writers, which this home wrote to, is gone/);
  });

  test("and one that was set back to what it was are told apart from one that is whole [S-79]", async () => {
    const db = await open();
    await here.fill(db);
    const [kept] = await db.rows<{ value: string }>("SELECT value FROM setting WHERE key = 'audit.ledger'");
    const audit = auditOf(here.home, { writer: { id: "wd", host: "test" }, store: async () => db });
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
    await here.fill(db);
    const file = path.join(here.home, "audit.json");
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace('"writers": 3', '"writers": 1'));
    expect(await problemsIn(db)).toMatch(/audit\.json was changed, or another secret key wrote it/);
    const audit = auditOf(here.home, { writer: { id: "wd", host: "test" }, store: async () => db });
    await writeCall(audit);
    await audit.close();
    expect(await problemsIn(db)).toMatch(/audit\.json was changed/);
  });

  test("is nothing that a home says of another store, or a store of another home [S-79]", async () => {
    const [one, two, elsewhere] = [await open(), await (await create()).open(), await makeHome()];
    await here.fill(one);
    expect(await problemsIn(two)).toBe("");
    expect(await problemsIn(one, elsewhere)).toBe("");
    const audit = auditOf(elsewhere, { writer: { id: "wd", host: "test" }, store: async () => one });
    await writeCall(audit);
    await audit.close();
    expect([await problemsIn(one), await problemsIn(one, elsewhere)]).toEqual(["", ""]);
    fs.rmSync(elsewhere, { recursive: true });
  });
});
