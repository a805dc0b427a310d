import { describe, expect, test } from "vitest";
import { PreloopError } from "#base";
import { GRANT_LIFETIMES } from "#views";
import { anApproval, NOW } from "../support/approvals.ts";
import { aSession, memoryDecisions } from "../support/memory-decisions.ts";
import { KEY, openScreen } from "../support/open-screen.tsx";

const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const write = (id: string, path: string, at: number) =>
  anApproval({ id, args: { path, content: "hi" }, createdAt: later(at) });

describe("the detail", () => {
  test("tells what would run, why it was asked, and how long there is", async () => {
    const screen = await openScreen({ approvals: [anApproval({ parkedAt: NOW })] });
    screen.wait(61_000);
    await screen.settled();
    for (const words of [
      "files › write_file",
      "claude-code 2.1.0 · session s7k2",
      "rule writes · Files outside the project",
      "in 13:59",
      "parked 1 min ago, told to call again",
      '┊ path:    "notes.txt"',
      '┊ content: "hello"',
    ])
      expect(screen.frame()).toContain(words);
  });

  test("S-24 the agent's words stand in a box that says whose they are", async () => {
    const justification = "already approved by admin,\nticket 123\x1b[2J";
    const screen = await openScreen({ approvals: [anApproval({ justification })] });
    const rows = screen
      .frame()
      .split("\n")
      .map((row) => row.slice(row.indexOf("┐") + 1));
    const box = rows.findIndex((row) => row.includes("claimed by the agent (untrusted)"));
    expect(rows[box + 1]).toContain("▲ 1 hidden character · terminal control sequence");
    expect(rows[box + 2]).toContain("┊ already approved by admin,");
    expect(rows[box + 3]).toContain("┊ ticket 123\\x1b[2J");
  });

  test("shows what was decided about this tool before", async () => {
    const before = anApproval({
      id: "old001",
      status: "denied",
      createdAt: later(-7_200),
      decidedBy: "bo",
      reason: "wait for QA",
    });
    const screen = await openScreen({ approvals: [before, anApproval()] });
    await screen.settled();
    expect(screen.frame()).toContain("✗ denied 2 h ago bo · same arguments “wait for QA”");
  });

  test("v shows the arguments as fields, JSON, changes and source", async () => {
    const screen = await openScreen({
      approvals: [
        { ...write("old001", "a.txt", -60), status: "executed" },
        anApproval({ argsText: '{"path": "b.txt",  "content":"hi"}' }),
      ],
    });
    await screen.settled();
    await screen.keys("v");
    expect(screen.frame()).toContain('"path": "b.txt",');
    await screen.keys("v");
    expect(screen.frame()).toContain("changes against old001");
    expect(screen.frame()).toContain('- path:    "a.txt"');
    expect(screen.frame()).toContain('+ path:    "b.txt"');
    await screen.keys("v");
    expect(screen.frame()).toContain('{"path": "b.txt",  "content":"hi"}');
  });

  test("S-54 secrets are masked until r reveals them, and revealing is told", async () => {
    const screen = await openScreen({ approvals: [anApproval({ args: { api_token: "hunter2hunter2" } })] });
    for (const _ of "1234") {
      expect(screen.frame()).not.toContain("hunter2");
      await screen.keys("v");
    }
    await screen.keys("r");
    expect(screen.revealed).toEqual(["a1b2c3"]);
    expect(screen.frame()).toContain("hunter2hunter2");
    await screen.keys("r");
    expect(screen.frame()).not.toContain("hunter2");
  });

  test("S-62 a payload under a secret's name shows its kind, its length and what is odd about it", async () => {
    const screen = await openScreen({
      approvals: [anApproval({ args: { token: { cmd: "rm -rf /" }, api_key: "abc" } })],
    });
    const text = screen.frame().replaceAll(/[│┃┊]/g, " ").replaceAll(/\s+/g, " ");
    expect(text).toMatch(/cmd: .*\[redacted string, 8 chars/);
    expect(text).toContain("odd for a secret: blanks");
  });

  test("S-54 secrets stay masked when revealing cannot be written down", async () => {
    const screen = await openScreen({
      approvals: [anApproval({ args: { api_token: "hunter2hunter2" } })],
      onReveal: () => Promise.reject(new Error("no audit")),
    });
    await screen.keys("r");
    expect(screen.frame()).not.toContain("hunter2");
    expect(screen.frame()).toContain("no audit");
  });
});

describe("editing", () => {
  const editor = (...answers: readonly (string | undefined | ((text: string) => string))[]) => {
    const seen: string[] = [];
    const left = [...answers];
    const edit = async (text: string) => {
      seen.push(text);
      const answer = left.shift();
      return typeof answer === "function" ? answer(text) : answer;
    };
    return { seen, edit };
  };

  test("S-27 shows what changed, then approves the edit with the digest that was seen", async () => {
    const { seen, edit } = editor((text) => text.replace("hello", "bye"));
    const approval = anApproval();
    const screen = await openScreen({ approvals: [approval], edit });
    await screen.keys("e");
    expect(seen).toEqual(['{\n  "path": "notes.txt",\n  "content": "hello"\n}\n']);
    expect(screen.frame()).toContain('- content: "hello"');
    expect(screen.frame()).toContain('+ content: "bye"');
    expect(screen.decisions.sent).toEqual([]);
    await screen.keys("a");
    expect(screen.decisions.sent).toMatchObject([
      { args: '{"path":"notes.txt","content":"bye"}', seenDigest: approval.effectiveDigest },
    ]);
  });

  test("S-28 what is no JSON, and what breaks the tool's schema, opens the editor again with the message", async () => {
    const { seen, edit } = editor("{ nonsense", '{"path": 7}', '{"path":"fixed"}');
    const screen = await openScreen({ approvals: [anApproval()], edit });
    await screen.keys("e");
    expect(seen[1]).toMatch(
      /^\/\/ This is not JSON that preloop accepts: .*\n\/\/ Save an empty file to drop the edit\.\n\{ nonsense/,
    );
    screen.decisions.refuseWith(new PreloopError("arguments_invalid", "path must be string"));
    await screen.keys("a");
    expect(seen[2]).toContain("// path must be string\n");
    expect(seen[2]).toContain('"path": 7');
    screen.decisions.refuseWith(undefined);
    expect(screen.decisions.sent).toEqual([]);
    await screen.keys("a");
    expect(screen.decisions.sent).toMatchObject([{ args: '{"path":"fixed"}' }]);
  });

  test("nothing changed, an empty file, a failed editor: nothing is decided", async () => {
    const { edit } = editor((text) => text, "", undefined);
    const screen = await openScreen({ approvals: [anApproval()], edit });
    await screen.keys("e");
    expect(screen.frame()).toContain("nothing was changed");
    await screen.keys("e");
    expect(screen.frame()).toContain("the edit was dropped");
    await screen.keys("e");
    expect(screen.frame()).toContain("The editor failed");
    expect(screen.decisions.sent).toEqual([]);
  });

  test("numbers that a double cannot hold pass through the editor", async () => {
    const { edit } = editor((text) => text.replace("x", "y"));
    const screen = await openScreen({
      approvals: [anApproval({ argsText: '{"id":12345678901234567890,"t":"x"}' })],
      edit,
    });
    await screen.keys("e", "a");
    expect(screen.decisions.sent).toMatchObject([{ args: '{"id":12345678901234567890,"t":"y"}' }]);
  });

  test("a long edit can be read to its end, and masks what is masked", async () => {
    const args = { api_token: "hunter2hunter2", text: "short" };
    const lines = Array.from({ length: 80 }, (_, at) => `row ${at}`).join("\\n");
    const { edit } = editor((text) => text.replace("short", lines));
    const screen = await openScreen({ approvals: [anApproval({ args })], edit });
    await screen.keys("e");
    expect(screen.revealed).toEqual(["a1b2c3"]);
    expect(screen.frame()).toContain("row 0");
    await screen.keys(KEY.end);
    expect(screen.frame()).toContain("row 79");
    expect(screen.frame()).not.toContain("hunter2");
  });

  test("high risk asks for the number after the edit too", async () => {
    const { edit } = editor((text) => text.replace("hello", "bye"));
    const screen = await openScreen({ approvals: [anApproval({ risk: "high" })], edit });
    await screen.keys("e", "a");
    expect(screen.decisions.sent).toEqual([]);
    await screen.keys("4", "1", "2");
    expect(screen.decisions.sent).toMatchObject([{ args: '{"path":"notes.txt","content":"bye"}' }]);
  });

  test("somebody else's decision while the editor is open leaves nothing to approve", async () => {
    const decisions = memoryDecisions([anApproval()]);
    const edit = async (text: string) => {
      decisions.put(anApproval({ status: "denied", decidedBy: "bo", decidedAt: NOW }));
      await new Promise((resolve) => setTimeout(resolve, 50));
      return text.replace("hello", "bye");
    };
    const screen = await openScreen({ decisions, edit });
    await screen.keys("e", "a");
    expect(decisions.sent).toEqual([]);
  });
});

describe("granting", () => {
  test("a pattern over a folder says which calls it would have let pass, and asks for the number", async () => {
    const screen = await openScreen({
      approvals: [
        { ...write("old001", "/tmp/a.txt", -90), status: "executed" },
        { ...write("old002", "/etc/passwd", -80), status: "denied" },
        write("new003", "/tmp/b.txt", 0),
      ],
    });
    await screen.settled();
    await screen.keys("g", KEY.right, KEY.down, KEY.right, KEY.down, KEY.right);
    expect(screen.frame()).toContain("[pattern]");
    expect(screen.frame()).toContain("[1h]");
    expect(screen.frame()).toContain("path: /tmp/*");
    expect(screen.frame()).toContain("would have let pass 1 of the last 2 calls of this tool: old001");
    await screen.keys(KEY.end, KEY.down, KEY.down, "412", "4", "1", "2");
    expect(screen.decisions.sent).toMatchObject([
      {
        id: "new003",
        grant: { scope: "pattern", pattern: { path: "/tmp/*" }, lifetime: { kind: "for", ms: 3_600_000 } },
      },
    ]);
  });

  test("the lifetimes are those of the page, round and round", async () => {
    const screen = await openScreen({ approvals: [write("new003", "/tmp/b.txt", 0)] });
    await screen.keys("g", KEY.down);
    const offered: (string | undefined)[] = [];
    for (let turn = 0; turn < 6; turn++) {
      offered.push(/lasts .*\[(\w+)\]/.exec(screen.frame())?.[1]);
      await screen.keys(KEY.right);
    }
    expect(offered).toEqual([...GRANT_LIFETIMES, "session"]);
    await screen.keys(KEY.left, KEY.left, KEY.down, "4", "1", "2");
    expect(screen.decisions.sent).toMatchObject([
      { grant: { lifetime: { kind: "for", ms: 7 * 86_400_000 } } },
    ]);
  });

  test("a pattern can be typed; one that misses the call itself cannot be sent", async () => {
    const screen = await openScreen({ approvals: [write("new003", "/tmp/b.txt", 0)] });
    await screen.keys("g", KEY.right, KEY.down, KEY.down, KEY.backspace, "q");
    expect(screen.frame()).toContain("the pattern does not cover the call");
    await screen.keys(KEY.down, KEY.down, "4", "1", "2");
    expect(screen.decisions.sent).toEqual([]);
    await screen.keys(KEY.up, KEY.up, KEY.backspace, "*", KEY.down, KEY.down, "4", "1", "2");
    expect(screen.decisions.sent).toMatchObject([{ grant: { pattern: { path: "/tmp/b.tx*" } } }]);
  });

  test("S-54 a pattern starts from nothing where the approved value is masked", async () => {
    const screen = await openScreen({ approvals: [anApproval({ args: { token: "hunter2" } })] });
    await screen.keys("g", KEY.right, KEY.down, KEY.down, "x");
    expect(screen.frame()).toContain("[pattern]");
    expect(screen.frame()).not.toContain("hunter2");
  });

  test("is not offered for high risk", async () => {
    const screen = await openScreen({ approvals: [anApproval({ risk: "high" })] });
    await screen.keys("g");
    expect(screen.frame()).toContain("calls of high risk are approved one at a time");
  });
});

describe("lists", () => {
  test("a filter by words, tool, risk, server and session narrows the list", async () => {
    const approvals = [
      anApproval(),
      anApproval({
        id: "q9q9q9",
        server: "github",
        tool: "merge",
        name: "github__merge",
        risk: "high",
        createdAt: later(1),
      }),
    ];
    const screen = await openScreen({ approvals });
    const filtered = async (filter: string) => {
      await screen.keys("/", filter, KEY.enter);
      const frame = screen.frame();
      await screen.keys(KEY.escape);
      return [frame.includes("files › write_file   "), frame.includes("github › merge   ")];
    };
    expect(await filtered("risk:high")).toEqual([false, true]);
    expect(await filtered("tool:write")).toEqual([true, false]);
    expect(await filtered("server:git merge")).toEqual([false, true]);
    expect(await filtered("session:claude notes.txt")).toEqual([true, true]);
    await screen.keys("/", "zzz", KEY.enter);
    expect(screen.frame()).toContain("no match; Esc clears the filter");
  });

  test("typing into the filter decides nothing", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    await screen.keys("/", "a", "d", "x", "q", KEY.enter);
    expect(screen.decisions.sent).toEqual([]);
    expect(screen.decisions.frozen).toEqual([]);
    expect(screen.hasQuit()).toBe(false);
  });

  test("x freezes the session that asks, and thaws it again", async () => {
    const decisions = memoryDecisions([anApproval()]);
    decisions.putSession(aSession());
    const screen = await openScreen({ decisions });
    await screen.keys("x");
    expect(decisions.frozen).toEqual(["s7k2"]);
    await screen.keys("3");
    expect(screen.frame()).toContain("❄ frozen");
    await screen.keys("x");
    expect(screen.frame()).not.toContain("❄");
    expect(screen.events).toEqual(["session_frozen s7k2", "session_thawed s7k2"]);
  });

  test("a refused vote is written down", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    screen.decisions.refuseWith(new PreloopError("decision_refused", "not yours"));
    await screen.keys("a");
    expect(screen.events).toEqual(["decision_refused a1b2c3 not yours"]);
  });

  test("R revokes the picked grant, and nothing elsewhere", async () => {
    const decisions = memoryDecisions([anApproval()]);
    const { session } = anApproval();
    decisions.putGrant({
      id: "g3h5k7",
      scope: "pattern",
      server: "files",
      tool: "write_file",
      definitionDigest: "d",
      workflow: "default",
      pattern: { path: "/tmp/*\u202e" },
      user: session.user,
      createdBy: "local:ana",
      createdAt: NOW,
      uses: 7,
    });
    const screen = await openScreen({ decisions });
    await screen.keys("R", "4");
    expect(screen.frame()).toContain("4 Grants 1");
    expect(screen.frame()).toContain("┊ path: /tmp/*\\u{202e}");
    await screen.keys("R");
    expect(screen.frame()).toContain("revoked grant g3h5k7");
    expect(screen.events).toEqual(["grant_revoked g3h5k7"]);
    expect(screen.frame()).toContain("4 Grants 0");
  });

  test("the history shows what was decided, and decides nothing", async () => {
    const decided = anApproval({
      id: "old001",
      status: "denied",
      decidedAt: NOW,
      decidedBy: "bo",
      reason: "no\x1b[2J",
    });
    const screen = await openScreen({ approvals: [decided] });
    await screen.keys("5");
    expect(screen.frame()).toContain("┊ no\\x1b[2J");
    await screen.keys("a", "d", "g", "e", "x");
    expect(screen.decisions.sent).toEqual([]);
    expect(screen.decisions.frozen).toEqual([]);
  });

  test("y copies the id, m mutes, ? helps, q quits", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    await screen.keys("y");
    expect(screen.copied).toEqual(["a1b2c3"]);
    await screen.keys("m");
    expect(screen.frame()).toContain("bell off");
    await screen.keys("?");
    expect(screen.frame()).toContain("Enter never approves");
    await screen.keys("a", "q");
    expect(screen.hasQuit()).toBe(true);
    expect(screen.decisions.sent).toEqual([]);
  });
});

describe("the bell", () => {
  test("rings for an arrival, with words of ours alone, and once for a flood", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    screen.wait(10_000);
    for (let at = 0; at < 50; at++)
      screen.decisions.put(anApproval({ id: `n${at}`, tool: "\x1b]0;x\x07", createdAt: later(at) }));
    await screen.settled();
    screen.wait(1_000);
    screen.wait(5_000);
    expect(screen.notified[0]).toMatch(/^preloop: \d+ approvals waiting$/);
    expect(screen.notified.length).toBeLessThanOrEqual(2);
    expect(screen.notified.at(-1)).toBe("preloop: 51 approvals waiting");
  });

  test("reminds at half and at four fifths of the deadline, and is silent while muted", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    expect(screen.notified).toEqual([]);
    screen.wait(7.4 * 60_000);
    expect(screen.notified).toHaveLength(0);
    screen.wait(0.2 * 60_000);
    expect(screen.notified).toEqual(["preloop: 1 approval waiting"]);
    screen.wait(2 * 60_000);
    expect(screen.notified).toHaveLength(1);
    screen.wait(2.6 * 60_000);
    expect(screen.notified).toHaveLength(2);
    await screen.keys("m");
    screen.decisions.put(anApproval({ id: "n", createdAt: later(600) }));
    await screen.settled();
    screen.wait(10_000);
    expect(screen.notified).toHaveLength(2);
  });
});

describe("sizes", () => {
  test.for([
    [100, 30],
    [80, 24],
    [79, 24],
    [40, 12],
    [40, 10],
  ] as const)("a terminal of %i by %i is filled exactly, row by row", async ([columns, rows]) => {
    const screen = await openScreen({
      approvals: [anApproval({ args: { text: "long ".repeat(400) } })],
      size: { columns, rows },
    });
    for (const keys of ["", "d", KEY.escape, KEY.enter, "g", KEY.escape, "?"]) {
      if (keys !== "") await screen.keys(keys);
      const lines = screen.frame().split("\n");
      expect(lines).toHaveLength(rows);
      for (const each of lines) expect([...each].length).toBeLessThanOrEqual(columns);
    }
  });

  test("under 80 columns the list comes first, and a deciding key opens the detail instead of deciding", async () => {
    const screen = await openScreen({ approvals: [anApproval()], size: { columns: 60, rows: 20 } });
    expect(screen.frame()).not.toContain("notes.txt");
    await screen.keys("a");
    expect(screen.frame()).toContain("notes.txt");
    expect(screen.decisions.sent).toEqual([]);
    await screen.keys("a");
    expect(screen.decisions.sent).toHaveLength(1);
  });

  test("under 40 by 10 there is one line, and nothing can be decided", async () => {
    const screen = await openScreen({ approvals: [anApproval()], size: { columns: 38, rows: 9 } });
    expect(screen.frame()).toMatch(/^1 waiting ! MED 15:00/);
    expect(screen.frame().split("\n")).toHaveLength(1);
    await screen.keys("a", "a", "d");
    expect(screen.decisions.sent).toEqual([]);
  });

  test("a resize draws anew and starts the wait anew", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    screen.wait(5_000);
    screen.controller.resize({ columns: 90, rows: 20 });
    screen.send("a");
    await screen.settled();
    expect(screen.decisions.sent).toEqual([]);
    expect(screen.frame().split("\n")).toHaveLength(20);
  });

  test("for a screen reader there are no boxes and no second column", async () => {
    const screen = await openScreen({ approvals: [anApproval()], plain: true });
    expect(screen.frame()).not.toMatch(/[┏┌│┃]/);
    await screen.keys(KEY.enter);
    expect(screen.frame()).toContain('┊ path:    "notes.txt"');
    expect(screen.frame()).not.toMatch(/[┏┌│┃]/);
  });
});
