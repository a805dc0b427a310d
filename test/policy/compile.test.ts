import { expect, test } from "vitest";
import { compilePolicy } from "#policy";
import { callOf, inputOf, inputOfRules, NOW } from "./support.ts";

test("every wrong condition is told at once, with its place and a caret", () => {
  const rules = [
    { name: "one", tool: "*", when: "args.path.contains('x'", action: "deny" },
    { name: "two", tool: "*", when: "arg.path == 1", action: "deny" },
    { name: "three", tool: "*", when: "tool", action: "deny" },
    { name: "four", tool: "*", when: "true && tool + 1 > 2", action: "deny" },
    { name: "five", tool: "*", when: "args.s.matches('(?=x)')", action: "deny" },
    { name: "six", tool: "*", when: "args.s.foo()", action: "deny" },
    { name: "seven", tool: "*", when: "true) || (true", action: "allow" },
    { name: "fine", tool: "*", when: "args.s == 1", action: "deny" },
  ];
  expect(() => compilePolicy(inputOfRules(rules))).toThrowErrorMatchingInlineSnapshot(`
    [PreloopError: c.json:15:17 rule "one": when Expected RPAREN, got EOF
        args.path.contains('x'
                              ^
    c.json:21:17 rule "two": when Unknown variable: arg
        arg.path == 1
        ^
    c.json:27:17 rule "three": when is string, and must be true or false
        tool
        ^
    c.json:33:17 rule "four": when no such overload: string + int
        true && tool + 1 > 2
                ^
    c.json:39:17 rule "five": when the pattern (?= is not supported: no lookaround
        args.s.matches('(?=x)')
                       ^
    c.json:45:17 rule "six": when found no matching overload for 'dyn.foo()'
        args.s.foo()
        ^
    c.json:51:17 rule "seven": when Unexpected character: ')'
        true) || (true
            ^]
  `);
});

test("a condition may be written over lines, with comments", () => {
  const policy = compilePolicy(
    inputOfRules([
      { name: "r", tool: "*", when: "args.a == 1 // one\n  && args.b == 2 // two", action: "allow" },
    ]),
  );
  expect(policy.evaluate(callOf("files__x", { a: 1, b: 2 }), NOW).action).toBe("allow");
});

test("the version changes with what decides, and with nothing else", () => {
  const rule = { name: "r", tool: "*", action: "ask" };
  const version = (rules: readonly unknown[], rest = {}) => compilePolicy(inputOfRules(rules, rest)).version;
  const plain = version([rule]);
  expect(version([{ action: "ask", tool: "*", name: "r" }])).toBe(plain);
  expect(version([{ ...rule, when: "true" }])).not.toBe(plain);
  expect(version([rule], { policy: { default: "deny" } })).not.toBe(plain);
  expect(version([rule], { approvals: { timeout: "1m" } })).not.toBe(plain);
  expect(version([rule, { ...rule, name: "s" }])).not.toBe(version([{ ...rule, name: "s" }, rule]));
  expect(version([rule], { mcpServers: { files: { command: "files", trustAnnotations: true } } })).not.toBe(
    version([rule], { mcpServers: { files: { command: "files" } } }),
  );
  expect(version([rule], { mcpServers: { files: { command: "other", env: { SECRET: "s" } } } })).toBe(
    version([rule], { mcpServers: { files: { command: "files" } } }),
  );
});

test("a tool that its server's filter hides does not exist, and a call of it is denied", () => {
  const mcpServers = {
    files: { command: "f", tools: { allow: ["read_*", "write_*"], deny: ["*_secret"] } },
    web: { command: "w", tools: { deny: ["post"] } },
  };
  const policy = compilePolicy(inputOf({ mcpServers, policy: { default: "allow" } }));
  const seen = (server: string, ...tools: string[]) => tools.filter((tool) => policy.isVisible(server, tool));
  expect(seen("files", "read_a", "write_secret", "delete", "write_b")).toEqual(["read_a", "write_b"]);
  expect(seen("web", "get", "post")).toEqual(["get"]);
  expect(seen("preloop", "search")).toEqual(["search"]);
  expect(policy.evaluate(callOf("files__delete"), NOW)).toMatchObject({ action: "deny", rule: "tools:deny" });
  expect(policy.evaluate(callOf("files__read_a"), NOW)).toMatchObject({ action: "allow" });
});

test("an empty allow list hides every tool of the server", () => {
  const policy = compilePolicy(inputOf({ mcpServers: { files: { command: "f", tools: { allow: [] } } } }));
  expect(policy.isVisible("files", "read")).toBe(false);
});

test.for([
  ["files__a", "required"],
  ["files__b", "optional"],
  ["files__c", "optional"],
  ["files__d", undefined],
  ["web__x", undefined],
] as const)("calls of %s carry the agent's reason: %s", ([name, expected]) => {
  const rules = [
    { name: "a", tool: "files__a", action: "ask", justification: "required" },
    { name: "b", tool: "files__b", when: "args.x == 1", action: "ask", justification: "required" },
    { name: "c", tool: "files__c", action: "allow", justification: "optional" },
    { name: "d", tool: "files__d", action: "allow" },
    { name: "rest", tool: "files__*", action: "ask", justification: "required" },
    { name: "end", tool: "files__*", action: "deny" },
  ];
  const { server, tool } = callOf(name);
  expect(
    compilePolicy(inputOfRules(rules.slice(0, name === "files__b" ? 3 : 6))).justificationFor({
      server,
      tool,
      name,
    }),
  ).toBe(expected);
});

test("the plain workflow lasts as long as approvals.timeout, and the one named default takes its place", () => {
  const decision = { action: "ask", rule: "r", risk: "low", faults: [] } as const;
  const plain = (approvals: unknown) => compilePolicy(inputOf({ approvals })).workflowFor(decision);
  expect(plain({})).toEqual({ name: "default", approvers: [], quorum: 1, timeoutMs: 900_000, notify: [] });
  expect(plain({ timeout: "1h" }).timeoutMs).toBe(3_600_000);
  expect(plain({ workflows: { default: { approvers: ["ana", "bo", "ana"], quorum: 2 } } })).toEqual({
    name: "default",
    approvers: ["ana", "bo"],
    quorum: 2,
    timeoutMs: 900_000,
    notify: [],
  });
});

test("a workflow carries its escalation and channels", () => {
  const config = {
    notify: { mail: "smtp://x" },
    approvals: {
      workflows: { w: { timeout: "1h", escalate: { after: "20m", to: ["cto"] }, notify: ["mail"] } },
    },
  };
  const workflow = compilePolicy(inputOf(config)).workflowFor({
    action: "ask",
    rule: "r",
    risk: "low",
    workflow: "w",
    faults: [],
  });
  expect(workflow).toMatchObject({
    timeoutMs: 3_600_000,
    escalate: { afterMs: 1_200_000, to: ["cto"] },
    notify: ["mail"],
  });
});

test("the same call gets the same answer, however often and after whatever else", () => {
  const policy = compilePolicy(
    inputOfRules([{ name: "r", tool: "files__*", when: "args.l.exists(x, x == args.n)", action: "allow" }]),
  );
  const [yes, no, broken] = [
    callOf("files__x", { l: [1, 2], n: 2 }),
    callOf("files__x", { l: [1], n: 2 }),
    callOf("files__x", { l: 1 }),
  ];
  for (let round = 0; round < 50; round++) {
    expect(policy.evaluate(yes, NOW).action).toBe("allow");
    expect(policy.evaluate(broken, NOW).rule).toBe("r");
    expect(policy.evaluate(no, NOW).rule).toBe("default");
  }
});
