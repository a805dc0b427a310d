import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { exportAudit, listAudit, verifyAudit } from "#audit";
import { digestOf, REDACTED, readJson, sha256 } from "#base";
import { startProgram } from "../support/start-source.ts";
import { auditOf, callOf, callsOf, collect, decisionOf, key, readJournalFile, writeCall } from "./support.ts";
import { useHome } from "./use-home.ts";

const here = useHome();
const writer = { id: "w1", host: "test" };
const list = async () => callsOf(await collect(listAudit({ home: here.home, key })));

const changeLine = (file: string, change: (lines: string[]) => string[]) =>
  fs.writeFileSync(file, change(fs.readFileSync(file, "utf8").split("\n")).join("\n"));

describe("a call in the journal", () => {
  test("is there, in one line each, when sending and finish return", async () => {
    const audit = auditOf(here.home, { writer });
    const entry = audit.begin(callOf({ id: "c1" }), decisionOf());
    expect(fs.existsSync(path.join(here.home, "journal"))).toBe(false);
    await entry.sending();
    expect(readJournalFile(here.home, "w1").split("\n")).toHaveLength(3); // header, start, and the end of the text
    await entry.finish({ outcome: "ok" });
    await entry.finish({ outcome: "error" });
    expect(readJournalFile(here.home, "w1").split("\n")).toHaveLength(4);
    expect(await list()).toMatchObject([
      {
        callId: "c1",
        outcome: "ok",
        server: "files",
        tool: "write",
        user: "local:ana",
        client: "test-client",
      },
    ]);
    await audit.close();
  });

  test("shares one write with the calls of the same turn, in the order they came", async () => {
    const audit = auditOf(here.home, { writer });
    await writeCall(audit, { id: "c0" });
    const writes = vi.spyOn(fs, "writeSync");
    const entries = ["c1", "c2", "c3"].map((id) => audit.begin(callOf({ id }), decisionOf()));
    await Promise.all(entries.map((entry) => entry.sending()));
    expect(writes).toHaveBeenCalledTimes(1);
    await Promise.all(entries.map((entry) => entry.finish({ outcome: "ok" })));
    expect(writes).toHaveBeenCalledTimes(2);
    writes.mockRestore();
    expect((await list()).map(({ callId }) => callId)).toEqual(["c0", "c1", "c2", "c3"]);
    expect((await verifyAudit({ home: here.home, key })).findings).toEqual([]);
    await audit.close();
  });

  test("is for its owner's eyes only", async () => {
    const audit = auditOf(here.home, { writer });
    await writeCall(audit);
    expect(fs.statSync(path.join(here.home, "journal")).mode & 0o777).toBe(0o700);
    expect(fs.statSync(path.join(here.home, "journal/w1.ndjson")).mode & 0o777).toBe(0o600);
    await audit.close();
  });

  test("has no secret, a bounded length, and the digest of the whole arguments [S-54]", async () => {
    const audit = auditOf(here.home, { writer, redact: ["ssn"] });
    const args = {
      token: "t0ps3cret",
      ssn: "123-45",
      url: "https://u:hunter2@host/",
      text: "long ".repeat(100_000),
    };
    await writeCall(audit, { args });
    const entry = audit.begin(callOf(), decisionOf({ action: "deny" }));
    await entry.finish({ outcome: "error", detail: "upstream said: Authorization: Bearer abc.def" });
    const [record, failed] = await list();
    expect(record!.arguments.length).toBeLessThanOrEqual(2_048);
    expect(record!.argumentsDigest).toBe(digestOf(args));
    expect(failed!.detail).toBe(`upstream said: Authorization: Bearer ${REDACTED}`);
    expect(readJournalFile(here.home, "w1")).not.toMatch(/t0ps3cret|123-45|hunter2|abc\.def/);
    await audit.close();
  });

  test("says of what it masks what it is, the same secret by the same mark, under the key [S-61, S-64]", async () => {
    const audit = auditOf(here.home, { writer });
    await writeCall(audit, { args: { token: { cmd: "x; reboot" }, key_token: "k3y" } });
    await writeCall(audit, { args: { password: "k3y" } });
    await audit.close();
    const [first, second] = (await list()).map(({ arguments: args }) => args);
    expect(first).toMatch(/"cmd":"\[redacted string, 9 chars, #[0-9a-f]{8}, odd: blanks; shell characters; /);
    const [, mark] = /^\{"password":"\[redacted string, 3 chars, (#[0-9a-f]{8})\]"\}$/.exec(second!)!;
    expect(first).toContain(`"key_token":"[redacted string, 3 chars, ${mark}]"`);
    expect(mark).not.toBe(`#${sha256("k3y").slice(0, 8)}`);
  });

  test("cuts long arguments between masks, so that each says what is odd about it [S-61]", async () => {
    const audit = auditOf(here.home, { writer });
    for (let length = 1_900; length < 2_060; length += 7)
      await writeCall(audit, { args: { text: "x".repeat(length), token: "a; b", more: "y".repeat(99) } });
    await audit.close();
    const all = (await list()).map(({ arguments: args }) => args);
    expect(all.some((args) => args.includes("odd: blanks; shell characters]"))).toBe(true);
    for (const args of all) {
      expect(args.length).toBeLessThanOrEqual(2_048);
      expect(args.replaceAll(/\[redacted [^\]]*\]/g, "")).not.toContain("[redacted");
    }
  });

  test("shows the arguments that were sent where a person changed them", async () => {
    const audit = auditOf(here.home, { writer });
    const entry = audit.begin(callOf(), decisionOf({ action: "ask" }));
    entry.waiting({ approval: "a1" });
    await entry.sending({ decidedBy: "local:bo", effectiveArgs: '{"n":1.0}' });
    await entry.finish({ outcome: "ok" });
    expect(await list()).toMatchObject([
      {
        approval: "a1",
        decidedBy: "local:bo",
        arguments: '{"n":1.0}',
        argumentsDigest: digestOf(readJson('{"n":1.0}')),
      },
    ]);
    await audit.close();
  });

  test("stays one harmless line whatever its tool is called [S-55]", async () => {
    const tool = 'a\nb\x1b[2J\x9b"\u2028\u202e\u{e0041}\0\ud800';
    const audit = auditOf(here.home, { writer });
    await writeCall(audit, { tool });
    const lines = readJournalFile(here.home, "w1").split("\n");
    expect(lines).toHaveLength(4);
    const exported = await collect(exportAudit(listAudit({ home: here.home, key }), "ndjson"));
    const table = await collect(exportAudit(listAudit({ home: here.home, key }), "csv"));
    expect(exported).toHaveLength(1);
    expect(table).toHaveLength(2);
    expect([...lines, ...exported, ...table].join("")).not.toMatch(/[\p{C}\u2028]/u);
    expect(JSON.parse(exported[0]!).tool).toBe('a\nb\x1b[2J\x9b"\u2028\u202e\u{e0041}\ufffd\ufffd');
    expect((await verifyAudit({ home: here.home, key })).findings).toEqual([]);
    await audit.close();
  });

  test("can have a home whose path is longer than a socket's name may be", async () => {
    const deep = path.join(here.home, "d".repeat(120));
    fs.mkdirSync(deep, { mode: 0o700 });
    const audit = auditOf(deep, { writer });
    await writeCall(audit);
    await audit.begin(callOf(), decisionOf()).sending();
    // The writer lives, so its open call is no record yet.
    expect(await collect(listAudit({ home: deep, key }))).toHaveLength(1);
    await audit.close();
    expect(callsOf(await collect(listAudit({ home: deep, key }))).map(({ outcome }) => outcome)).toEqual([
      "ok",
      "unknown",
    ]);
  });

  test("is refused in a spreadsheet's formula clothes", async () => {
    const audit = auditOf(here.home, { writer });
    await writeCall(audit, { tool: '=HYPERLINK("http://x")' });
    const [, line] = await collect(exportAudit(listAudit({ home: here.home, key }), "csv"));
    expect(line).toContain(`"'=HYPERLINK(""http://x"")"`);
    await audit.close();
  });
});

describe("a writer that died", () => {
  test("leaves an outcome for every call: cancelled while it waited, unknown while it ran", async () => {
    const audit = auditOf(here.home, { writer });
    await writeCall(audit, { id: "whole" });
    audit.begin(callOf({ id: "asked" }), decisionOf()).waiting({ approval: "a1" });
    await audit.begin(callOf({ id: "sent" }), decisionOf()).sending();
    const approved = audit.begin(callOf({ id: "approved" }), decisionOf());
    approved.waiting({ approval: "a2" });
    await approved.sending();
    expect((await list()).map(({ callId }) => callId)).toEqual(["whole"]); // it lives: these may still end
    await audit.close();
    expect(Object.fromEntries((await list()).map(({ callId, outcome }) => [callId, outcome]))).toEqual({
      whole: "ok",
      asked: "cancelled",
      sent: "unknown",
      approved: "unknown",
    });
  });

  test("may have torn its last line", async () => {
    const file = await here.leaveJournal(5);
    const before = await list();
    fs.truncateSync(file, fs.statSync(file).size - 20);
    const after = await list();
    expect(before.map(({ outcome }) => outcome)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
    expect(after.map(({ outcome }) => outcome)).toEqual(["ok", "ok", "ok", "ok", "unknown"]);
    expect((await verifyAudit({ home: here.home, key })).findings).toEqual([]);
  });

  // Lines: a header, then start and record of each call; call 3 has two starts.
  test.for<[string, (lines: string[]) => string[], RegExp]>([
    [
      "edited",
      (l) => l.map((line, n) => (n === 2 ? line.replace('"ok"', '"no"') : line)),
      /line 3: the record was changed/,
    ],
    ["removed", (l) => l.toSpliced(2, 1), /line 4: record 1 is missing|line 3/],
    ["moved", (l) => [l[0]!, l[3]!, l[4]!, l[1]!, l[2]!, ...l.slice(5)], /line 2/],
    [
      "a start edited",
      (l) => l.map((line, n) => (n === 3 ? line.replace("sending", "waiting") : line)),
      /line 4: the line was changed/,
    ],
    ["a start removed", (l) => l.toSpliced(3, 1), /a line before it is missing/],
    ["not JSON", (l) => l.map((line, n) => (n === 4 ? "{}{" : line)), /line 5: not a line of a journal/],
    ["headless", (l) => l.slice(1), /line 1: the header is missing/],
    ["emptied", () => [""], /the header is missing/],
    [
      "of another key",
      (l) => l.map((line) => line.replace(/"mark":"./, '"mark":"0')),
      /header was changed|line/,
    ],
  ])("and whose journal was %s is found out", async ([, change, problem]) => {
    const file = await here.leaveJournal(6);
    changeLine(file, change);
    const { findings } = await verifyAudit({ home: here.home, key });
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ writer: "w1", problem: expect.stringMatching(problem) });
  });
});

describe("a journal that cannot be written", () => {
  test("lets nothing be sent, and no event pass, from a home that is no directory", async () => {
    fs.writeFileSync(path.join(here.home, "journal"), "");
    const audit = auditOf(here.home, { writer });
    const entry = audit.begin(callOf(), decisionOf());
    await expect(entry.sending()).rejects.toThrow(/journal.*cannot be written/);
    expect(() => audit.event("approval_revealed", "local:ana")).toThrow(/cannot be written/);
    await entry.finish({ outcome: "error" });
    // The session goes on, and so does the audit once the home is whole again; the refused call is not forgotten.
    fs.rmSync(path.join(here.home, "journal"));
    await writeCall(audit);
    expect((await list()).map(({ outcome }) => outcome)).toEqual(["error", "ok"]);
    await audit.close();
  });

  test("refuses a directory that others can enter, or that is a link", async () => {
    fs.mkdirSync(path.join(here.home, "journal"), { mode: 0o755 });
    const audit = auditOf(here.home, { writer });
    await expect(audit.begin(callOf(), decisionOf()).sending()).rejects.toThrow(/chmod 700/);
    const other = path.join(here.home, "other");
    fs.mkdirSync(path.join(other, "real"), { recursive: true, mode: 0o700 });
    fs.symlinkSync("real", path.join(other, "journal"));
    await expect(auditOf(other, { writer }).begin(callOf(), decisionOf()).sending()).rejects.toThrow(
      /directory/,
    );
  });

  test("writes nothing after it was closed", async () => {
    const audit = auditOf(here.home, { writer });
    await writeCall(audit);
    await audit.close();
    await expect(audit.begin(callOf(), decisionOf()).sending()).rejects.toMatchObject({
      code: "audit_broken",
    });
    expect(await list()).toHaveLength(1);
  });

  const canMount = process.getuid?.() === 0 && process.platform === "linux" && tryMount();
  const mountTest = canMount ? test : test.skip;
  const title = canMount ? "" : " [SKIPPED: needs root to mount a small disk]";

  mountTest(
    `on a full disk stops the calls, and takes them up again when there is room${title}`,
    async () => {
      execFileSync("/bin/mount", ["-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", here.home]);
      try {
        const audit = auditOf(here.home, { writer });
        const ballast = path.join(here.home, "ballast");
        let sent = 0;
        const sendOne = async () => {
          const entry = audit.begin(callOf({ args: { text: "x".repeat(3_000) } }), decisionOf());
          try {
            await entry.sending();
            sent++;
            await entry.finish({ outcome: "ok" });
            return true;
          } catch (error) {
            expect(error).toMatchObject({ code: "audit_broken", message: expect.stringContaining("ENOSPC") });
            await entry.finish({ outcome: "error", detail: "refused" });
            return false;
          }
        };
        fs.writeFileSync(ballast, Buffer.alloc(32 * 1024));
        while (await sendOne());
        expect(sent).toBeGreaterThan(1);
        for (let n = 0; n < 5; n++) expect(await sendOne()).toBe(false);
        fs.rmSync(ballast);
        expect(await sendOne()).toBe(true);
        const records = await list();
        expect(records.filter(({ outcome }) => outcome === "ok")).toHaveLength(sent);
        expect(records.filter(({ outcome }) => outcome === "error")).toHaveLength(6);
        expect((await verifyAudit({ home: here.home, key })).findings).toEqual([]);
        await audit.close();
      } finally {
        execFileSync("/bin/umount", ["-l", here.home]);
      }
    },
  );

  mountTest(`in a read-only home says so${title}`, async () => {
    execFileSync("/bin/mount", ["-t", "tmpfs", "-o", "ro", "tmpfs", here.home]);
    try {
      const entry = auditOf(here.home, { writer }).begin(callOf(), decisionOf());
      await expect(entry.sending()).rejects.toThrow(/EROFS|read-only/i);
    } finally {
      execFileSync("/bin/umount", ["-l", here.home]);
    }
  });

  test("at the size limit of its process refuses calls and keeps whole lines", async () => {
    const options = {
      home: here.home,
      writer: "w1",
      key: String(key),
      calls: 60,
      bytes: 2_000,
      abandon: true,
    };
    // 64 blocks of 1 KiB; the ignored signal turns the limit into EFBIG.
    const through = ["bash", "-c", 'trap "" XFSZ; ulimit -f 64; exec "$@"', "limited"];
    const { lines, ended } = startProgram(here.writerProgram, [JSON.stringify(options)], through);
    await ended;
    const sent = lines.filter((line) => line.startsWith("sending ")).map((line) => line.slice(8));
    expect(sent.length).toBeGreaterThan(5);
    expect(lines.find((line) => line.startsWith("refused "))).toMatch(/EFBIG|too large/);
    const listed = (await list()).map(({ callId }) => callId);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed).toEqual(expect.arrayContaining(sent));
    expect((await verifyAudit({ home: here.home, key })).findings).toEqual([]);
  });
});

function tryMount(): boolean {
  const probe = fs.mkdtempSync("/tmp/preloop-mount-");
  try {
    execFileSync("/bin/mount", ["-t", "tmpfs", "tmpfs", probe], { stdio: "ignore" });
    execFileSync("/bin/umount", [probe], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  } finally {
    fs.rmSync(probe, { recursive: true, force: true });
  }
}
