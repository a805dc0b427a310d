import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makePlace, type PlaceOptions } from "../../e2e/support/place.ts";

const servers = () => ({ files: { command: "never-started" } });

async function placeWith(policy: unknown, options: PlaceOptions = {}) {
  const place = await makePlace({ servers, policy, ...options });
  onTestFinished(() => place.remove());
  return place;
}

test("policy check exits with 0 when rules say what they mean, and starts nothing", async () => {
  const place = await placeWith({ rules: [{ name: "reads", tool: "files__read_*", action: "allow" }] });
  expect(await place.run("policy", "check")).toEqual({
    status: 0,
    stdout: "1 rule, 0 errors, 0 warnings\n",
    stderr: "",
  });
});

const WRONG = {
  rules: [
    { name: "typo\u202e\u001b[2J", tool: "files__*", when: "args.path.contans('x')", action: "deny" },
    { name: "all", tool: "files__*", action: "allow" },
    { name: "late", tool: "files__read", action: "deny" },
  ],
};

test("policy check exits with 10 and tells every finding, with its place and a caret [S-13]", async () => {
  const place = await placeWith(WRONG);
  const { status, stdout, stderr } = await place.run("policy", "check");
  expect(status).toBe(10);
  expect(stderr).toBe("preloop: 2 rules do not do what they say\n");
  const lines = stdout.split("\n");
  expect(lines[0]).toMatch(
    /test\.config\.json:1:\d+ error: rule "typo\\u\{202e\}\\x1b\[2J": when found no matching overload/,
  );
  expect(lines[1]).toBe("    args.path.contans('x')");
  expect(lines[2]).toMatch(/^ +\^$/);
  expect(lines[3]).toContain(
    'error: rule "late": it is never reached: rule "all" comes first and takes all its calls',
  );
  expect(lines[4]).toBe("3 rules, 2 errors, 0 warnings");
});

test("policy check --json is one document", async () => {
  const place = await placeWith(WRONG);
  const { status, stdout } = await place.run("policy", "check", "--json");
  expect(status).toBe(10);
  expect(JSON.parse(stdout)).toMatchObject({
    rules: 3,
    findings: [{ level: "error" }, { level: "error", rule: "late" }],
  });
});

test("policy check --tools compares with the tools there are", async () => {
  const place = await placeWith({ rules: [{ name: "r", tool: "files__raed_file", action: "allow" }] });
  const tools = path.join(place.home, "tools.json");
  writeFileSync(tools, JSON.stringify({ tools: [{ name: "files__read_file" }] }));
  const { status, stdout } = await place.run("policy", "check", "--tools", tools);
  expect(status).toBe(10);
  expect(stdout).toContain('there is no tool "files__raed_file"; did you mean "files__read_file"?');
  writeFileSync(tools, '{ "tools": 5 }');
  expect(await place.run("policy", "check", "--tools", tools)).toMatchObject({ status: 2, stdout: "" });
});

test("policy check FILE looks at a file that is not in use, and names what is missing", async () => {
  const place = await placeWith({});
  const file = path.join(place.home, "other.json");
  writeFileSync(
    file,
    JSON.stringify({ policy: { rules: [{ name: "r", tool: "nowhere__*", action: "allow" }] } }),
  );
  expect(await place.run("policy", "check", file)).toMatchObject({ status: 10 });
  expect(await place.run("policy", "check", `${file}.gone`)).toMatchObject({ status: 6 });
});

test("policy explain shows what each rule said, and the decision", async () => {
  const place = await placeWith({
    rules: [
      {
        name: "secrets",
        tool: "files__*",
        when: "args.path.contains('.env')",
        action: "deny",
        reason: "Secrets stay.",
      },
      { name: "rest", tool: "files__*", action: "ask" },
    ],
  });
  const denied = await place.run("policy", "explain", "files__read", '{"path":"a/.env"}');
  expect(denied.stdout).toMatchInlineSnapshot(`
    "  secrets  deny   matches  args.path.contains('.env')
      rest     ask    not reached
    → deny, by secrets; risk medium
      because Secrets stay.
    "
  `);
  const asked = await place.run("policy", "explain", "files__read", '{"path":5}');
  expect(asked.stdout).toMatchInlineSnapshot(`
    "  secrets  deny   condition failed: found no matching overload for 'int.contains(string)'
      rest     ask    matches
    → ask, by secrets; risk medium
      because The condition of rule secrets could not be evaluated: found no matching overload for 'int.contains(string)'
      asks whoever can decide, for 15:00 (workflow default)
    "
  `);
  const json = await place.run("policy", "explain", "files__read", '{"path":"b"}', "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    decision: { action: "ask", rule: "rest" },
    workflow: { name: "default" },
  });
});

test("policy explain tells of every tool that a name may stand for [S-73]", async () => {
  const place = await placeWith(
    {
      default: "allow",
      rules: [
        { name: "zap", tool: "files__z*", action: "deny" },
        { name: "reads", tool: "files__r*", action: "allow" },
        { name: "own", tool: "bare__*", action: "ask" },
      ],
    },
    { servers: () => ({ ...servers(), bare: { command: "bare", prefix: false } }) },
  );
  const zap = await place.run("policy", "explain", "files__zap");
  expect(zap.stdout.split("\n").filter((line) => /^(If|→)/.test(line))).toEqual([
    "If it is the tool zap of files:",
    "→ deny, by zap; risk medium",
    "If it is the tool files__zap of bare:",
    "→ deny, by zap; risk medium",
  ]);
  const read = await place.run("policy", "explain", "files__read", "--json");
  expect(JSON.parse(read.stdout)).toMatchObject({
    decision: { action: "allow", rule: "reads" },
    server: "files",
    others: [{ server: "bare", tool: "files__read", decision: { action: "ask", rule: "own" } }],
  });
  const plain = await place.run("policy", "explain", "plain");
  expect(plain.stdout).toContain("→ ask, by own");
});

test("policy explain says when it does not know what a tool says of its arguments [S-69]", async () => {
  const rules = [{ name: "r", tool: "files__*", when: "has(args.path)", action: "deny" }];
  const place = await placeWith({ default: "allow", rules });
  const { stdout, stderr } = await place.run("policy", "explain", "files__read", '{"path":["a"]}');
  expect(stdout).toContain("→ deny, by r");
  expect(stderr).toContain("What read of files says of its arguments is not known here");
});

test("policy explain names everybody who would be asked, a line for each workflow [S-74]", async () => {
  const workflows = {
    ana: { approvers: ["ana"], quorum: 2, timeout: "1h", escalate: { after: "20m", to: ["cto"] } },
    three: { quorum: 3, timeout: "5m" },
  };
  const rules = [
    { name: "first", tool: "*", when: "args.path == 'a'", action: "ask", workflow: "ana" },
    { name: "rest", tool: "*", action: "ask", workflow: "three" },
  ];
  const place = await placeWith({ rules }, { approvals: { workflows } });
  const { stdout } = await place.run("policy", "explain", "files__read", "{}");
  expect(stdout.split("\n").slice(4)).toEqual([
    "  asks ana, 2 of them, for 5:00 (workflow ana)",
    "  and also whoever can decide, 3 of them, for 5:00 (workflow three)",
    "  nobody could approve it: too few people of workflow ana may decide in time",
    "",
  ]);
  const json = await place.run("policy", "explain", "files__read", "{}", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    decision: { workflow: "ana", also: ["three"] },
    workflow: { name: "ana", also: [{ name: "three", quorum: 3 }] },
  });
});

test("S-68 policy explain says where a path leads, and why a condition could not be sure of it", async () => {
  const when = "path.within(args.path, '/srv/app')";
  const place = await placeWith({ rules: [{ name: "ours", tool: "files__*", when, action: "allow" }] });
  const args = '{"path":"/srv/app/..%2f..%2fetc/shadow"}';
  const { stdout } = await place.run("policy", "explain", "files__read", args);
  expect(stdout).toContain("(resolves to /etc/shadow) is inside for some programs, and not for others");
  expect(stdout).toContain("\n  → path resolves to /etc/shadow\n");
  const json = await place.run("policy", "explain", "files__read", args, "--json");
  expect(JSON.parse(json.stdout).resolves).toEqual([{ argument: "path", note: "resolves to /etc/shadow" }]);
});

test.for([
  ["no JSON", "{", 2],
  ["no object", "[]", 2],
  ["a key that stands twice", '{"a":1,"a":2}', 2],
] as const)("policy explain refuses arguments that are %s", async ([, args, status]) => {
  const place = await placeWith({});
  expect(await place.run("policy", "explain", "files__read", args)).toMatchObject({ status, stdout: "" });
});
