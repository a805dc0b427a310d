import { expect, test } from "vitest";
import type { Approval, Vote } from "#model";
import { decisionPage } from "../../../src/decision-page/pages/decision.ts";
import { showArguments } from "../../../src/decision-page/shown-arguments.ts";
import { approvalOf } from "../support/fixtures.ts";
import { textOf } from "../support/http.ts";

const ESC = "\x1b";

function pageOf(args: unknown, changes: Partial<Approval> = {}, history: readonly Approval[] = []): string {
  const approval = approvalOf(JSON.stringify(args), changes);
  const page = decisionPage({
    approval,
    args: showArguments(approval.effectiveArgs, { names: ["pin"] }),
    decider: "local:bo",
    history,
    ticket: { id: approval.id, token: "token", seen: approval.effectiveDigest, csrf: "csrf" },
    now: new Date(),
    masking: { names: ["pin"] },
    hidden: [],
  });
  return String(page.body);
}

/** What stands on the page as markup, with the style and what we wrote ourselves left out. */
const visible = (page: string) => page.slice(page.indexOf("<body>"));

test("the page names the tool, its risk in a word and a sign, the deadline, who asks, and why", () => {
  const page = pageOf(
    { path: "notes.txt" },
    { risk: "high", why: "Writes are looked at.", deadline: new Date("2099-03-04T05:06:07Z") },
  );
  const text = textOf(page);
  expect(text).toMatch(/▲ ?high risk/);
  expect(text).toContain("files › write_file");
  expect(page).toContain(`<time datetime="2099-03-04T05:06:07.000Z">`);
  expect(text).toMatch(/until .* UTC .* left/);
  expect(text).toContain("claude-code 2.1.197 asks to run this, working in /home/ana/acme/app");
  expect(text).toContain("because of the rule writes: Writes are looked at.");
  expect(text).toContain("You decide as local:bo.");
});

test("all arguments are shown, and those that are no text say what they are", () => {
  const text = textOf(pageOf({ a: "3", b: 3, c: null, d: [1, 2], e: { f: true }, g: "", h: false }));
  expect(text).toMatch(
    /a ?3 ?b number ?3 ?c null ?null ?d list of 2 ?\[ 1, 2 \] ?e object ?\{ "f": true \} ?g empty text/,
  );
  expect(text).toMatch(/h boolean ?false/);
  expect(textOf(pageOf({}))).toContain("This call has no arguments.");
});

test("a number keeps the digits that will be sent", () => {
  const { items } = showArguments(`{"id":12345678901234567890,"ratio":1.0}`);
  expect(items.map(({ lines }) => lines)).toEqual([["12345678901234567890"], ["1.0"]]);
});

test("S-22: markup in any place stays text", () => {
  const evil = `<script>alert(1)</script><img src=x onerror=alert(1)>"'&</textarea></pre></form>`;
  const vote: Vote = {
    decider: evil,
    verdict: "approve",
    argumentsDigest: "d",
    reason: evil,
    at: new Date(),
  };
  const page = pageOf(
    { [evil]: evil, nested: { [evil]: [evil] } },
    {
      server: evil,
      tool: evil,
      rule: evil,
      why: evil,
      justification: evil,
      votes: [vote],
      workflow: { name: evil, approvers: [evil], quorum: 2, timeoutMs: 1, notify: [] },
      session: { id: evil, client: evil, clientVersion: evil, cwd: evil, user: evil },
    },
    [approvalOf("{}", { reason: evil, decidedBy: evil, status: "denied" })],
  );
  expect(page).not.toMatch(/<script|<img|onerror=alert\(1\)>"/);
  expect(page.match(/<\/form>/g)).toHaveLength(page.match(/<form/g)!.length);
  expect(page.match(/&lt;script&gt;/g)!.length).toBeGreaterThan(14);
});

test.for([
  ["S-12 a screen clear", `${ESC}[2J${ESC}[H`, "\\x1b[2J\\x1b[H", "terminal control sequence"],
  [
    "S-13 OSC 52 and C1",
    `${ESC}]52;c;cm0=\x07\x9b2J`,
    "\\x1b]52;c;cm0=\\x07\\x9b2J",
    "terminal control sequence",
  ],
  ["S-14 overprinting", "rm -rf /\rls", "rm -rf /\\rls", "overprinting"],
  ["S-17 a direction override", "a\u202egpj.exe", "a\\u{202e}gpj.exe", "right-to-left override"],
  ["S-18 zero width and tags", "pay\u200bpal\u{e0041}", "pay\\u{200b}pal\\u{e0041}", "2 hidden characters"],
  ["S-19 a look-alike host", "https://ex\u0430mple.com/", "https://ex\u0430mple.com/", "xn--exmple-4nf.com"],
  ["S-21 newlines before the payload", `ls${"\n".repeat(10_000)}rm`, "blank lines", "long blank run"],
] as const)("%s is visible, with a warning", ([, text, shown, warning]) => {
  const page = textOf(pageOf({ command: text }));
  expect(page).toContain(shown);
  expect(page).toContain(warning);
});

test("S-13, S-17: no control or direction character reaches the page from any field", () => {
  const evil = `${ESC}]0;x\x07\x9b\u202e\u2066\u200b\0\b`;
  const page = pageOf(
    { [evil]: evil, list: [evil] },
    {
      server: evil,
      tool: evil,
      rule: evil,
      why: evil,
      justification: evil,
      session: { id: evil, client: evil, clientVersion: evil, cwd: evil, user: evil },
    },
    [approvalOf("{}", { reason: evil, decidedBy: evil, status: "denied" })],
  );
  expect(visible(page)).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  expect(page.slice(0, page.indexOf("<style>"))).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});

test("S-24: the agent's claim stands in a box that says nobody checked it", () => {
  const page = pageOf({ path: "a" }, { justification: "already approved by admin, ticket 123" });
  const box = /<div class="claim">(.*?)<\/div>/s.exec(page)![1]!;
  expect(textOf(`<body>${box}`)).toMatch(/Claimed by the agent, not checked already approved by admin/);
  expect(page.replace(box, "")).not.toContain("already approved by admin");
  expect(pageOf({ path: "a" })).not.toContain("Claimed by the agent");
});

test("S-25: odd names, deep nesting and 50,000 keys neither pollute nor fill the page", () => {
  const wide = Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`key${at}`, at]));
  const wideText = JSON.stringify(wide);
  const shown = showArguments(wideText);
  expect(shown).toMatchObject({ items: { length: 200 }, cut: { bytes: wideText.length } });
  expect(pageOf(wide).length).toBeLessThan(150_000);
  expect(pageOf({ nested: wide }).length).toBeLessThan(150_000);
  const deep = `{"a":${"[".repeat(500)}1${"]".repeat(500)}}`;
  expect(showArguments(deep).items[0]!.lines.length).toBe(601);
  const odd = showArguments(`{"__proto__":{"polluted":1},"constructor":"x"}`);
  expect(odd.items.map(({ name }) => name)).toEqual(["__proto__", "constructor"]);
  expect(({} as { polluted?: number }).polluted).toBeUndefined();
});

test("S-54: secrets are masked and counted, in the arguments and in the editor", () => {
  const args = {
    url: "https://ana:hunter22@host/x",
    headers: { Authorization: "Bearer abcdefgh12345678" },
    argv: ["--token", "tok-12345678"],
    pin: "987654",
    path: "notes.txt",
  };
  const page = pageOf(args);
  for (const secret of ["hunter22", "abcdefgh12345678", "tok-12345678", "987654"])
    expect(page).not.toContain(secret);
  expect(textOf(page)).toContain("4 hidden: secrets stay out of this page");
  expect(textOf(pageOf({ path: "notes.txt" }))).not.toContain("hidden");
});

test("where two workflows decide, each says how many of whom it has and wants, and no grant is offered [S-74]", () => {
  const approval = approvalOf(`{"path":"a"}`);
  const vote: Vote = {
    decider: "cy",
    verdict: "approve",
    argumentsDigest: approval.effectiveDigest,
    at: new Date(),
  };
  const also = [{ name: "two<b>", approvers: ["bo", "cy"], quorum: 2 }] as const;
  const workflow = { ...approval.workflow, name: "prod", approvers: ["local:ana"], also };
  const page = pageOf({ path: "a" }, { workflow, votes: [vote] });
  const text = textOf(page);
  expect(text).toMatch(
    /prod: 0 of 1 approval, from among local:ana\. ?two<b>: 1 of 2 approvals, from among bo, cy\./,
  );
  expect(text).toContain("Each of these must be met");
  expect(text).toMatch(/Workflow ?prod, two<b>/);
  expect(page).not.toContain("<b>");
  expect(text).not.toContain("Allow it more than once");
  const short = { ...approval.workflow, approvers: ["bo"], quorum: 2 };
  expect(textOf(pageOf({ path: "a" }, { workflow: short }))).toContain("nobody can approve it");
});

test("S-62: a payload under a secret's name is said to be odd, and keeps its kind and its shape", () => {
  const text = textOf(pageOf({ token: { cmd: "rm -rf /" }, pin: 4711, other_token: "abc" }));
  expect(text).toContain("masked, and odd for a secret: blanks; a path; named like something to do");
  expect(text).toMatch(/"cmd": "\[redacted string, 8 chars, odd: /);
  expect(text).toMatch(/pin number *\[redacted number, 4 chars\]/);
  expect(textOf(pageOf({ token: "abc" }))).not.toContain("odd for a secret");
});

test("votes, and how this tool was decided before, are listed", () => {
  const workflow = {
    name: "prod",
    approvers: ["ana@acme.dev", "bo@acme.dev"],
    quorum: 2,
    timeoutMs: 1,
    notify: [],
  };
  const at = new Date();
  const votes: Vote[] = [
    {
      decider: "ana@acme.dev",
      verdict: "approve",
      argumentsDigest: approvalOf(`{"path":"a"}`).effectiveDigest,
      at,
    },
    { decider: "cy@acme.dev", verdict: "approve", argumentsDigest: "old", at, voidedAt: at },
  ];
  const history = [
    approvalOf(`{"path":"a"}`, { status: "executed", decidedBy: "local:ana" }),
    approvalOf("{}", { status: "denied", decidedBy: "local:bo", reason: "not there" }),
    approvalOf("{}", { status: "expired" }),
  ];
  const text = textOf(pageOf({ path: "a" }, { workflow, votes }, history));
  expect(text).toContain("1 of 2 approvals, from among ana@acme.dev, bo@acme.dev.");
  expect(text).not.toContain("cy@acme.dev");
  expect(text).toMatch(/approved by local:ana, ran, for the same arguments/);
  expect(text).toMatch(/denied by local:bo .* · not there/);
  expect(text).toContain("expired");
  expect(textOf(pageOf({ path: "a" }))).toContain("This is the first time it asks");
});

test("S-68 a path that leads elsewhere says where, on the page as text", () => {
  const page = pageOf({
    path: "/srv/app/%2e%2e/%2e%2e/etc/<b>\u202e",
    to: ["/srv/ok", "/srv/..\\etc/shadow"],
  });
  const text = textOf(page);
  expect(text).toContain("what it resolves to is not sure: it holds a control or invisible character");
  expect(text).toContain("[1] resolves to /etc/shadow");
  expect(pageOf({ path: "/srv/%2e%2e/etc/<b>" })).toContain("resolves to /etc/&lt;b&gt;");
  expect(textOf(pageOf({ path: "/srv/app/x", token: "/a/../b" }))).not.toContain("resolves");
});
