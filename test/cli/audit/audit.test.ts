import fs from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLog } from "#base";
import { openStore } from "#store";
import { auditOf, callOf, decisionOf, key, writeCall } from "../../audit/support.ts";
import { makeHome, removeHome } from "../../support/embedded.ts";
import { type Ran, runPreloop } from "../../support/run-preloop.ts";

let home: string;
beforeEach(async () => {
  home = await makeHome();
});
afterEach(() => removeHome(home));

/** Runs `preloop audit …` as a person would, against this test's home. */
function preloop(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  return runPreloop(["audit", ...args], {
    cwd: home,
    env: { PATH: process.env.PATH ?? "", HOME: home, PRELOOP_HOME: home, SECRET_KEY: String(key), ...env },
  });
}

test("the audit is listed, exported, verified, and found out when it was changed", {
  timeout: 120_000,
}, async () => {
  const db = await openStore({ home, log: silentLog });
  const audit = auditOf(home, { writer: { id: "w1", host: "test" }, store: async () => db });
  await writeCall(audit, { id: "c1", args: { path: "/tmp/a", token: "t0ps3cret" } });
  await audit
    .begin(callOf({ id: "c2", tool: "evil\n\x1b[2J" }), decisionOf({ action: "deny", rule: "no" }))
    .finish({
      outcome: "refused",
      detail: "Secrets stay on disk.",
    });
  audit.event("approval_revealed", "local:ana", { approval: "a1" });
  await audit.flush();
  const other = auditOf(home, { writer: { id: "w2", host: "test" } }); // ships nowhere, so its records stay here
  await writeCall(other, { id: "c4" });

  const list = await preloop(["list"]);
  expect(list).toMatchObject({ status: 0, stderr: "" });
  const rows = list.stdout.trimEnd().split("\n");
  expect(rows[0]).toMatch(/^TIME +OUTCOME +USER +SESSION +RULE +CALL$/);
  expect(rows).toHaveLength(5);
  expect(rows[1]).toMatch(
    / ok +local:ana +s1 +writes +files__write {"path":"\/tmp\/a","token":"\[redacted string, 9 chars, #[0-9a-f]{8}\]"}$/,
  );
  expect(rows[2]).toContain(String.raw`files__evil\n\x1b[2J (Secrets stay on disk.)`);
  expect(rows[3]).toMatch(/ event +local:ana +approval_revealed approval=a1$/);

  const json = JSON.parse((await preloop(["list", "--json", "--tool", "files__write"])).stdout);
  expect(json).toMatchObject([
    { writer: "w1", seq: 1, kind: "call", callId: "c1", outcome: "ok", pending: false },
    { writer: "w2", seq: 1, kind: "call", callId: "c4", outcome: "ok", pending: true },
  ]);
  expect((await preloop(["list", "--json", "--server", "none"])).stdout).toBe("[]\n");
  expect(await preloop(["list", "--limit", "some"])).toMatchObject({ status: 2 });

  const file = path.join(home, "out.csv");
  expect(await preloop(["export", file, "--format", "csv"])).toMatchObject({ status: 0, stdout: "" });
  expect(fs.readFileSync(file, "utf8").trimEnd().split("\n")).toHaveLength(5);
  expect(await preloop(["export", file])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("EEXIST"),
  });

  expect(await preloop(["verify"])).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^Intact: 3 records/),
  });
  await db.rows(`UPDATE audit_record SET body = replace(body, 'c2', 'c9'), call_id = 'c9' WHERE seq = 2`);
  const broken = await preloop(["verify"]);
  expect(broken.status).toBe(11);
  expect(broken.stdout).toContain("writer w1, record 2: the record was edited or moved");
  const report = await preloop(["verify", "--json"]);
  expect(report.status).toBe(11);
  expect(JSON.parse(report.stdout).findings).toEqual([
    { writer: "w1", seq: 2, problem: "the record was edited or moved" },
  ]);
  await other.close();
  await audit.close();
  await db.close();
});

test("without a store the journals are listed, and nothing is called verified", {
  timeout: 60_000,
}, async () => {
  const audit = auditOf(home);
  writeCall(audit, { id: "c1" });
  const env = { DATABASE_URL: "postgresql://postgres@127.0.0.1:9/none" };
  const list = await preloop(["list", "--json"], env);
  expect(list).toMatchObject({ status: 0, stderr: expect.stringContaining("only this machine's journals") });
  expect(JSON.parse(list.stdout)).toMatchObject([{ callId: "c1", pending: true }]);
  expect(await preloop(["verify"], env)).toMatchObject({ status: 8, stdout: "" });
  await audit.close();
});
