import { expect, test } from "vitest";
import { checkPolicy, targetOf } from "#policy";
import { inputOf, inputOfRules } from "../support.ts";

/** What a check says of rules, one line a finding. */
function check(
  rules: readonly unknown[],
  tools?: readonly string[],
  rest: Record<string, unknown> = {},
): string[] {
  const findings = checkPolicy(inputOfRules(rules, rest), tools?.map(targetOf));
  return findings.map(({ level, rule, message }) => `${level} ${rule}: ${message}`);
}

const allow = (name: string, tool: string | string[], when?: string) => ({
  name,
  tool,
  action: "allow",
  ...(when ? { when } : {}),
});

test("rules that say what they mean are found faultless", () => {
  const rules = [
    allow("secrets", "files__*", "has(args.path) && path.hasPart(args.path, '.env*')"),
    allow("reads", ["files__read_*", "files__list_*"]),
    allow("own", "search"),
    allow("deploys", "*__deploy*"),
    allow("rest", "*"),
  ];
  expect(check(rules)).toEqual([]);
});

test.for([
  [
    "a wider glob",
    [allow("wide", "files__*"), allow("late", "files__read")],
    'rule "wide" comes first and takes all its calls',
  ],
  ["the same glob", [allow("one", "files__read"), allow("late", "files__read")], 'rule "one" comes first'],
  [
    "everything",
    [allow("all", "*"), allow("late", ["web__*", "files__*"], "args.x == 1")],
    'rule "all" comes first',
  ],
  [
    "several rules together",
    [allow("one", "files__*"), allow("two", "web__*"), allow("late", ["files__a", "web__b"])],
    'rules "one" and "two" come first and take all its calls',
  ],
  [
    "the same condition",
    [allow("one", "files__*", "args.x == 1"), allow("late", "files__a", "args.x == 1")],
    'rule "one" comes first',
  ],
  [
    "a condition that is always true",
    [allow("one", "files__*", "1 < 2"), allow("late", "files__a")],
    'rule "one" comes first',
  ],
] as const)("a rule behind %s is never reached", ([, rules, message]) => {
  const found = check(rules).filter((line) => line.startsWith("error"));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^error late: it is never reached: /);
  expect(found[0]).toContain(message);
});

test.for([
  ["a condition", [allow("one", "files__*", "args.x == 1"), allow("late", "files__a")]],
  ["another condition", [allow("one", "files__*", "args.x == 1"), allow("late", "files__a", "args.x == 2")]],
  ["a narrower glob", [allow("one", "files__a*"), allow("late", "files__*")]],
  ["another server's glob", [allow("one", "web__*"), allow("late", "files__*")]],
] as const)("a rule behind one with %s is reached", ([, rules]) => {
  expect(check(rules)).toEqual([]);
});

test("a glob of a list that is never reached is a warning", () => {
  expect(check([allow("one", "files__*"), allow("two", ["files__a", "web__a"])])).toEqual([
    'warning two: the glob "files__a" is never reached: rule "one" comes first and takes all its calls',
  ]);
});

test.for([
  ["fils__*", "names no configured server and no tool of preloop's own"],
  ["read_file", "tools of servers are called server__tool"],
  ["updates_issue", "tools of servers are called server__tool"],
  ["Files__*", "names no configured server"],
] as const)("the glob %s matches nothing there is", ([tool, message]) => {
  const [found] = check([allow("r", tool)]);
  expect(found).toContain(`error r: the glob "${tool}"`);
  expect(found).toContain(message);
});

test("a glob that names a disabled server alone is a warning", () => {
  const rest = { mcpServers: { files: { command: "f", disabled: true } } };
  expect(check([allow("r", "files__*")], undefined, rest)).toEqual([
    'warning r: the glob "files__*" names files alone, which is disabled',
  ]);
});

test("a bare name may be that of a server without prefix", () => {
  const rest = { mcpServers: { files: { command: "f", prefix: false } } };
  expect(check([allow("r", "read_file")], undefined, rest)).toEqual([]);
});

test("a condition that is the same for every call is told", () => {
  expect(check([allow("never", "files__*", "false && args.x == 1")])).toEqual([
    "error never: its condition is false for every call, so it never matches",
  ]);
  expect(check([allow("always", "files__*", "args.x == 1 || true")])).toEqual([
    "warning always: its condition is true for every call; leave it out",
  ]);
});

test("a wrong condition is told with its place, and does not hide what else is wrong", () => {
  const input = inputOfRules([
    allow("one", "files__*", "args.x = 1"),
    allow("two", "web__*"),
    allow("three", "web__a"),
  ]);
  const findings = checkPolicy(input);
  expect(findings.map(({ level, rule }) => [level, rule])).toEqual([
    ["error", "one"],
    ["error", "three"],
  ]);
  expect(findings[0]?.where).toMatch(/^c\.json:\d+:\d+$/);
  expect(findings[0]?.message).toContain("    args.x = 1\n           ^");
});

test("with the tools known, names of tools that do not exist are told, with the nearest", () => {
  const tools = ["files__read_text_file", "files__write_file", "web__get", "search"];
  expect(
    check([allow("a", "files__read_file_text"), allow("b", "files__delete*"), allow("c", "web__*")], tools),
  ).toEqual([
    'error a: there is no tool "files__read_file_text"; did you mean "files__read_text_file"?',
    'warning b: the glob "files__delete*" matches none of the 4 tools there are',
  ]);
  expect(check([allow("a", "files__zzz")], tools)).toEqual(['error a: there is no tool "files__zzz"']);
});

test("a policy of no rules has nothing to find", () => {
  expect(checkPolicy(inputOf({}))).toEqual([]);
});
