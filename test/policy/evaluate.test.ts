import { describe, expect, test } from "vitest";
import { BUILTIN_TOOLS, compilePolicy } from "#policy";
import { callOf, inputOfRules, NOW } from "./support.ts";

/** The action of a policy with these rules, and the rule that decided. */
function decide(
  rules: readonly unknown[],
  call: ReturnType<typeof callOf>,
  rest: Record<string, unknown> = {},
) {
  const { action, rule, faults } = compilePolicy(inputOfRules(rules, rest)).evaluate(call, NOW);
  return { action, rule, faults: faults.length };
}

const when = (condition: string, action = "allow") => [
  { name: "r", tool: "files__*", when: condition, action },
];
/** What a condition says of arguments: true, false, or that it cannot be said. */
function says(condition: string, args: string): boolean | "fault" {
  const { rule, faults } = decide(when(condition), callOf("files__x", args), { policy: { default: "ask" } });
  return faults > 0 ? "fault" : rule === "r";
}

describe("rules", () => {
  test("the first that matches decides, and those after it do not", () => {
    const rules = [
      { name: "one", tool: "files__write", action: "deny", reason: "No." },
      { name: "two", tool: "files__*", action: "allow" },
      { name: "three", tool: "*", action: "deny" },
    ];
    const policy = compilePolicy(inputOfRules(rules));
    expect(policy.evaluate(callOf("files__write"), NOW)).toEqual({
      action: "deny",
      rule: "one",
      risk: "medium",
      reason: "No.",
      faults: [],
    });
    expect(policy.evaluate(callOf("files__read"), NOW)).toMatchObject({ action: "allow", rule: "two" });
    expect(policy.evaluate(callOf("web__get"), NOW)).toMatchObject({ action: "deny", rule: "three" });
  });

  test("one glob of a list is enough", () => {
    const rules = [{ name: "r", tool: ["files__read", "web__*"], action: "allow" }];
    expect(decide(rules, callOf("web__get")).rule).toBe("r");
    expect(decide(rules, callOf("files__read")).rule).toBe("r");
    expect(decide(rules, callOf("files__write")).rule).toBe("default");
  });

  test.for(["allow", "ask", "deny"])("a call that no rule names gets the default, %s", (fallback) => {
    expect(decide([], callOf("files__x"), { policy: { default: fallback } })).toEqual({
      action: fallback,
      rule: "default",
      faults: 0,
    });
  });

  test("the decision carries what the rule says", () => {
    const rule = {
      name: "r",
      tool: "*",
      action: "ask",
      workflow: "w",
      risk: "high",
      justification: "required",
      reason: "Production.",
    };
    const policy = compilePolicy(
      inputOfRules([rule], { approvals: { workflows: { w: { quorum: 2, timeout: "1h" } } } }),
    );
    const decision = policy.evaluate(callOf("files__x"), NOW);
    expect(decision).toEqual({
      action: "ask",
      rule: "r",
      risk: "high",
      workflow: "w",
      justification: "required",
      reason: "Production.",
      faults: [],
    });
    expect(policy.workflowFor(decision)).toEqual({
      name: "w",
      approvers: [],
      quorum: 2,
      timeoutMs: 3_600_000,
      notify: [],
    });
  });

  test("a rule for a server without prefix is written with the server's name, or the bare one", () => {
    const rules = (tool: string) => [{ name: "r", tool, action: "deny" }];
    const call = callOf("files__read", {}, { name: "read" });
    expect(decide(rules("files__read"), call).rule).toBe("r");
    expect(decide(rules("read"), call).rule).toBe("r");
  });

  test("S-38 a server without prefix cannot take another server's name to slip under its rules", () => {
    const rules = [{ name: "r", tool: "files__*", action: "allow" }];
    const call = callOf("web__x", {}, { tool: "files__list_all", name: "files__list_all" });
    expect(decide(rules, call)).toEqual({ action: "ask", rule: "default", faults: 0 });
  });

  describe("a tool that borrows another server's name [S-73]", () => {
    const zap = callOf("web__x", {}, { tool: "files__zap", name: "files__zap" });
    const rule = (action: string, more = {}) => ({ name: action, tool: "files__z*", action, ...more });
    const open = { policy: { default: "allow" } };

    test.for([
      ["is refused what is refused under it", [rule("deny")], { action: "deny", rule: "deny" }],
      ["is asked about what is asked about under it", [rule("ask")], { action: "ask", rule: "ask" }],
      ["is allowed nothing by it", [rule("allow"), rule("ask")], { action: "ask", rule: "ask" }],
      [
        "is refused by its own server's rules behind that question",
        [rule("ask"), { name: "own", tool: "web__*", action: "deny" }],
        { action: "deny", rule: "own" },
      ],
      [
        "is not allowed by its own server's rules behind that question",
        [rule("ask"), { name: "own", tool: "web__*", action: "allow" }],
        { action: "ask", rule: "ask" },
      ],
      [
        "is allowed by its own server's rules that stand before",
        [{ name: "own", tool: "web__*", action: "allow" }, rule("deny")],
        { action: "allow", rule: "own" },
      ],
      [
        "is asked about when such a rule cannot be evaluated",
        [rule("deny", { when: "args.path == 'a'" })],
        { action: "ask", rule: "deny" },
      ],
    ] as const)("%s", ([, rules, expected]) => {
      expect(decide(rules, zap, open)).toMatchObject(expected);
    });

    test("may have to wait for a person", () => {
      const policy = compilePolicy(inputOfRules([rule("ask")], open));
      expect(policy.mayAsk({ server: "web", tool: "files__zap", name: "files__zap" })).toBe(true);
      expect(policy.mayAsk({ server: "web", tool: "files__read", name: "files__read" })).toBe(false);
    });
  });

  test("a tool whose name had to be hashed is matched by its own name and by the one clients call", () => {
    const call = callOf("files__x", {}, { tool: "read file!", name: "files__read_file_1a2b" });
    for (const tool of ["files__read file!", "files__read_file_*"])
      expect(decide([{ name: "r", tool, action: "deny" }], call).rule).toBe("r");
  });
});

describe("preloop's own tools", () => {
  const [reads, writes] = [BUILTIN_TOOLS.slice(0, 4), BUILTIN_TOOLS.slice(4)];

  test.for([
    ["ask", "allow", "ask"],
    ["allow", "allow", "ask"],
    ["deny", "deny", "deny"],
  ] as const)("with the default %s, reads %s and writes %s", ([fallback, read, write]) => {
    const rest = { policy: { default: fallback } };
    for (const tool of reads) expect([tool, decide([], callOf(tool), rest).action]).toEqual([tool, read]);
    for (const tool of writes) expect([tool, decide([], callOf(tool), rest).action]).toEqual([tool, write]);
  });

  test("a user's rule stands before the built-in ones", () => {
    expect(
      decide([{ name: "r", tool: "update_issue", action: "allow" }], callOf("update_issue")),
    ).toMatchObject({ action: "allow", rule: "r" });
    expect(decide([{ name: "r", tool: "get_*", action: "deny" }], callOf("get_issue")).action).toBe("deny");
  });

  test("another server's tool of the same name is not one of them", () => {
    const call = callOf("files__search", {}, { name: "search" });
    expect(decide([], call)).toEqual({ action: "ask", rule: "default", faults: 0 });
  });
});

describe("annotations", () => {
  const reads = { readOnlyHint: true };

  test("S-39 a read-only hint allows nothing unless the server is trusted", () => {
    expect(decide([], callOf("files__x", {}, { annotations: reads }))).toMatchObject({
      action: "ask",
      rule: "default",
    });
    const trusted = callOf("files__x", {}, { annotations: reads, trusted: true });
    expect(decide([], trusted)).toMatchObject({ action: "allow", rule: "annotations:read-only" });
    expect(decide([], trusted, { policy: { default: "deny" } })).toMatchObject({
      action: "deny",
      rule: "default",
    });
  });

  test("S-39 a tool that says it reads and destroys is believed to destroy", () => {
    const annotations = { readOnlyHint: true, destructiveHint: true };
    expect(decide([], callOf("files__x", {}, { annotations, trusted: true })).action).toBe("ask");
  });

  test("S-39 a condition sees an untrusted server's warnings, and not its all-clears", () => {
    const claims = {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
      title: "T",
    };
    const warns = { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true };
    const seen = (annotations: object, trusted: boolean) =>
      Object.keys({ ...claims }).filter(
        (key) =>
          decide(when(`has(annotations.${key})`), callOf("files__x", {}, { annotations, trusted })).rule ===
          "r",
      );
    expect(seen(claims, false)).toEqual(["title"]);
    expect(seen(warns, false)).toEqual(Object.keys(warns));
    expect(seen(claims, true)).toEqual(Object.keys(claims));
  });

  test.for([
    [{}, false, "medium"],
    [{ destructiveHint: true }, false, "high"],
    [{ destructiveHint: true }, true, "high"],
    [{ readOnlyHint: true }, false, "medium"],
    [{ readOnlyHint: true }, true, "low"],
    [{ readOnlyHint: true, destructiveHint: true }, true, "high"],
  ] as const)("annotations %j of a server trusted: %s mean risk %s", ([annotations, trusted, risk]) => {
    const policy = compilePolicy(inputOfRules([]));
    expect(policy.evaluate(callOf("files__x", {}, { annotations, trusted }), NOW).risk).toBe(risk);
  });

  test("a rule's own risk stands before what annotations say", () => {
    const policy = compilePolicy(inputOfRules([{ name: "r", tool: "*", action: "ask", risk: "low" }]));
    expect(
      policy.evaluate(callOf("files__x", {}, { annotations: { destructiveHint: true } }), NOW).risk,
    ).toBe("low");
  });
});

describe("conditions", () => {
  test.for([
    ["args.n > 5", '{"n":6}', true],
    ["args.n > 5", '{"n":5}', false],
    ["args.n > 5", '{"n":5.5}', true],
    ["args.n > 5", '{"n":6.0}', true],
    ["args.n == 5", '{"n":5.0}', true],
    ["args.n == 5.0", '{"n":5}', true],
    ["args.n in [5]", '{"n":5.0}', true],
    ["args.n > 5.5", '{"n":6}', true],
    ["args.n * 2 > 10", '{"n":5.5}', true],
    ["args.n * 1.5 > 7.0", '{"n":5}', true],
    ["args.n % 2 == 0", '{"n":4}', true],
    ["args.n == 1e3", '{"n":1000}', true],
    ["args.n == 1000", '{"n":1e3}', true],
    ["args.n == 0", '{"n":-0}', true],
    ["args.n == 9007199254740993", '{"n":9007199254740993}', true],
    ["args.n == 9007199254740992", '{"n":9007199254740993}', false],
    ["args.n > 9223372036854775807u", '{"n":18446744073709551615}', true],
    ["args.n == -9223372036854775808", '{"n":-9223372036854775808}', true],
    ["args.n > 1.0", '{"n":18446744073709551616}', "fault"],
    ["args.n == 0.1", '{"n":0.1000}', true],
    ["args.n < 1.0", '{"n":0.1234567890123456789012345}', "fault"],
    ["args.n > 0", '{"n":1e400}', "fault"],
    ["args.m == 1", '{"n":1e400,"m":1}', true],
    ["has(args.n)", '{"n":1e400}', "fault"],
    ["args.n > 5", '{"n":"6"}', "fault"],
    ["args.n > 5", '{"n":null}', "fault"],
    ["args.n > 5", "{}", "fault"],
    ["args.n == 5", '{"n":"5"}', false],
    ["has(args.n) && args.n > 5", "{}", false],
    ["args.n > 5 || args.ok", '{"ok":true}', true],
    ["args.s == 'é'", '{"s":"\\u00e9"}', true],
    ["args.s.contains('😀')", '{"s":"a😀b"}', true],
    ["args.s.size() == 3", '{"s":"a😀b"}', true],
    ["args.s == '\\u202e'", '{"s":"\\u202e"}', true],
    ["args.s.startsWith('/etc/')", '{"s":"/etc/passwd"}', true],
    ["args.s.matches('^[a-z]+$')", '{"s":"abc"}', true],
    ["args.s.matches('^[a-z]+$')", '{"s":"abc\\n"}', false],
    ["args.s.matches(args.p)", '{"s":"abc","p":"b"}', true],
    ["args.s.matches(args.p)", '{"s":"abc","p":"("}', "fault"],
    ["args.l.exists(x, x == 'prod')", '{"l":["dev","prod"]}', true],
    ["args.l.all(x, x.startsWith('/tmp/'))", '{"l":["/tmp/a","/etc/b"]}', false],
    ["args.l.exists(x, x.p == 1)", '{"l":[{"p":1.0}]}', true],
    ["args.l.exists(x, x == 'prod')", '{"l":"prod"}', "fault"],
    ["args.o.a.b == 1", '{"o":{"a":{"b":1}}}', true],
    ["args['x-y'] == 1", '{"x-y":1}', true],
    ["args.?o.?a.orValue(0) == 0", "{}", true],
    ["size(args) == 2", '{"a":1,"b":2}', true],
    ["'n' in args", '{"n":null}', true],
    ["args.s.lowerAscii() == 'prod'", '{"s":"PROD"}', true],
    ["type(args.n) == int", '{"n":1}', true],
    ["type(args.n) == double", '{"n":1.0}', true],
  ] as const)("%s of %s: %s", ([condition, args, expected]) => {
    expect(says(condition, args)).toBe(expected);
  });

  test.for([
    ["args.__proto__ == 1", '{"__proto__":1}', true],
    ["has(args.__proto__)", "{}", false],
    ["has(args.constructor)", "{}", false],
    ["has(args.toString)", "{}", false],
    ["args.constructor == 'x'", '{"constructor":"x"}', true],
    ["args.path.contains('.env')", '{"path":".env","constructor":{},"__proto__":{"path":"x"}}', true],
    ["args.o.path == 'a'", '{"o":{"__proto__":{"path":"b"},"path":"a"}}', true],
    ["has(args.o.path)", '{"o":{"__proto__":{"path":"b"}}}', false],
    ["args.hasOwnProperty == 1", '{"hasOwnProperty":1}', true],
  ] as const)("S-25 %s of %s is answered by the argument's own keys: %s", ([condition, args, expected]) => {
    expect(says(condition, args)).toBe(expected);
  });

  test("they see the call: tool, server, session, client, user, now", () => {
    const all = `tool == 'x' && server == 'files' && session.id == 's1' && session.cwd == '/work' && client == 'claude-code'
      && user == 'local:ana' && now == timestamp('2026-05-04T10:30:00Z') && now.getHours() < 18 // office hours`;
    expect(decide(when(all), callOf("files__x"))).toEqual({ action: "allow", rule: "r", faults: 0 });
  });

  test("500 levels of nesting are seen to the bottom", () => {
    const args = `${'{"o":'.repeat(500)}1${"}".repeat(500)}`;
    expect(says("has(args.o.o)", args)).toBe(true);
    expect(says("args.o == args.o", args)).toBe(true);
  });
});

describe("a condition that cannot be evaluated", () => {
  const fails = { name: "fails", tool: "*", when: "args.path.contains('x')" };

  test.for([
    ["deny", [{ name: "later", tool: "*", action: "deny" }], "later", "deny"],
    ["allow", [{ name: "later", tool: "*", action: "allow" }], "fails", "ask"],
    ["ask", [{ name: "later", tool: "*", action: "ask" }], "fails", "ask"],
    ["nothing", [], "fails", "ask"],
  ] as const)("counts as ask; then %s follows", ([, later, rule, action]) => {
    for (const own of ["allow", "deny", "ask"])
      expect(decide([{ ...fails, action: own }, ...later], callOf("files__x"))).toEqual({
        action,
        rule,
        faults: 1,
      });
  });

  test.for([
    ["deny", "deny"],
    ["allow", "ask"],
    ["ask", "ask"],
  ] as const)("and then the default %s means %s", ([fallback, action]) => {
    expect(
      decide([{ ...fails, action: "allow" }], callOf("files__x"), { policy: { default: fallback } }).action,
    ).toBe(action);
  });

  test("asks about a call that annotations or built-in rules would allow", () => {
    const rules = [{ ...fails, action: "deny" }];
    expect(decide(rules, callOf("search")).action).toBe("ask");
    const trusted = callOf("files__x", {}, { annotations: { readOnlyHint: true }, trusted: true });
    expect(decide(rules, trusted).action).toBe("ask");
  });

  test("says what failed, to the person and in the faults", () => {
    const decision = compilePolicy(inputOfRules([{ ...fails, action: "allow" }])).evaluate(
      callOf("files__x"),
      NOW,
    );
    expect(decision.faults).toEqual(["fails: No such key: path"]);
    expect(decision.reason).toBe("The condition of rule fails could not be evaluated: No such key: path");
  });

  test("does not lead to an easier question than the rules after it would ask", () => {
    const rules = [
      { ...fails, action: "allow" },
      { name: "strict", tool: "*", action: "ask", workflow: "two", risk: "high", justification: "required" },
    ];
    const rest = { approvals: { workflows: { two: { quorum: 2 } } } };
    const policy = compilePolicy(inputOfRules(rules, rest));
    const decision = policy.evaluate(callOf("files__x", { path: 5 }), NOW);
    expect(decision).toMatchObject({
      action: "ask",
      rule: "strict",
      workflow: "two",
      risk: "high",
      justification: "required",
    });
    expect(decision.faults).toHaveLength(1);
  });

  test("asks all that would have asked, where neither asks for the other's people [S-74]", () => {
    const rules = [
      { ...fails, action: "ask", workflow: "ana" },
      { name: "two", tool: "*", action: "ask", workflow: "two" },
    ];
    const rest = {
      approvals: { workflows: { ana: { approvers: ["ana"], timeout: "5m" }, two: { quorum: 2 } } },
    };
    const policy = compilePolicy(inputOfRules(rules, rest));
    const decision = policy.evaluate(callOf("files__x"), NOW);
    expect(decision).toMatchObject({ rule: "fails", workflow: "ana", also: ["two"] });
    expect(policy.workflowFor(decision)).toEqual({
      name: "ana",
      approvers: ["ana"],
      quorum: 1,
      timeoutMs: 300_000,
      notify: [],
      also: [{ name: "two", approvers: [], quorum: 2 }],
    });
  });

  test("tells of every workflow that guards the call, also where one covers the others [S-75]", () => {
    const rules = [
      { ...fails, action: "ask", workflow: "both" },
      { name: "one", tool: "*", action: "ask", workflow: "ana" },
    ];
    const workflows = { both: { approvers: ["ana", "bo"] }, ana: { approvers: ["ana"] } };
    const policy = compilePolicy(inputOfRules(rules, { approvals: { workflows } }));
    const decision = policy.evaluate(callOf("files__x"), NOW);
    expect(decision).toMatchObject({ rule: "one", workflow: "ana", also: ["both"] });
    expect(policy.workflowFor(decision)).toMatchObject({ name: "ana", approvers: ["ana"] });
    expect(policy.workflowFor(decision)).not.toHaveProperty("also");
  });

  test("of several, every one is told", () => {
    const rules = [1, 2, 3].map((number) => ({ ...fails, name: `r${number}`, action: "allow" }));
    expect(decide(rules, callOf("files__x"))).toEqual({ action: "ask", rule: "r1", faults: 3 });
  });
});

describe("work without bounds", () => {
  const list = { l: Array.from({ length: 2_000 }, (_, index) => `item ${index}`), s: "a".repeat(200_000) };

  test.for([
    ["nested loops", "args.l.all(a, args.l.all(b, args.l.all(c, a != 'x')))"],
    [
      "loops that swallow their faults",
      "args.l.exists(a, args.l.exists(b, args.l.exists(c, c.x > 1))) || true",
    ],
    ["a loop over long texts", "args.l.all(a, !args.s.contains(a))"],
    ["a loop over comparisons", "args.l.all(a, args.l == args.l.map(x, x))"],
    [
      "lists that double",
      `${Array.from({ length: 14 }, (_, n) => `cel.bind(v${n + 1}, v${n} + v${n}, `)
        .join("")
        .replaceAll("v0", "args.l")}size(v14) > 1${")".repeat(14)}`,
    ],
    ["an expression that backtracks, over and over", "args.l.all(a, !args.s.matches('^(a+)+b$'))"],
  ] as const)("%s end in a fault", ([, condition]) => {
    const { action, faults } = decide(when(condition), callOf("files__x", list));
    expect([action, faults]).toEqual(["ask", 1]);
  });

  test("what one condition used up, the next has again", () => {
    const rules = [
      {
        name: "wild",
        tool: "*",
        when: "args.l.all(a, args.l.all(b, args.l.all(c, a != 'x')))",
        action: "allow",
      },
      { name: "tame", tool: "*", when: "args.l.exists(a, a == 'item 1999')", action: "deny" },
    ];
    expect(decide(rules, callOf("files__x", list))).toEqual({ action: "deny", rule: "tame", faults: 1 });
  });

  test("an expression that makes backtracking engines hang is answered", () => {
    expect(says("args.s.matches('^(a+)+$')", JSON.stringify({ s: `${"a".repeat(50_000)}!` }))).toBe(false);
  });

  test("a plain look at a large text is within bounds", () => {
    const s = `${"x".repeat(5_000_000)}.env`;
    expect(says("args.s.contains('.env')", JSON.stringify({ s }))).toBe(true);
  });
});
