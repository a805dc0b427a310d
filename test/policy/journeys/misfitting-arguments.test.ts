import { describe, expect, test } from "vitest";
import { type Json, readJson } from "#base";
import { compilePolicy, stricterOf } from "#policy";
import { callOf, inputOfRules, NOW } from "../support.ts";

const DEPLOY = readJson(`{"type":"object","properties":{
  "env":{"type":"string"},
  "n":{"type":"integer"},
  "tags":{"type":"array","items":{"type":"string"}},
  "options":{"type":"object","properties":{"mode":{"type":"string"}}},
  "path":{"type":"string"}
},"required":[]}`);

const PROD = {
  name: "prod",
  tool: "files__deploy",
  when: "has(args.env) && args.env == 'prod'",
  action: "deny",
};

function decide(
  rules: readonly unknown[],
  args: string,
  { fallback = "allow", schema = DEPLOY }: { fallback?: string; schema?: Json } = {},
) {
  const policy = compilePolicy(inputOfRules(rules, { policy: { default: fallback } }));
  return policy.evaluate(callOf("files__deploy", args, { inputSchema: schema }), NOW);
}

describe("arguments that fit their tool's schema are judged by their values [S-69]", () => {
  test.for([
    ["{}", "allow"],
    ['{"env":"staging","n":3,"tags":["a"]}', "allow"],
    ['{"n":3.0,"more":[1]}', "allow"],
    ['{"env":"prod"}', "deny"],
  ])("%s: %s", ([args, action]) => {
    expect(decide([PROD], args!)).toMatchObject({ action, faults: [] });
  });
});

describe("a rule that reads what does not fit could not be evaluated [S-69]", () => {
  test.for(['{"env":["prod"]}', '{"env":[["prod"]]}', '{"env":{"0":"prod"}}', '{"env":null}', '{"env":1}'])(
    "so it asks: %s",
    (args) => {
      const decision = decide([PROD], args);
      expect(decision).toMatchObject({ action: "ask", rule: "prod", needsPerson: true });
      expect(decision.reason).toContain("the argument env must be string, by the tool's own schema");
    },
  );

  test("and a later deny wins, a later allow does not", () => {
    const rules = [PROD, { name: "later", tool: "*", action: "deny" }];
    expect(decide(rules, '{"env":["prod"]}')).toMatchObject({ action: "deny", rule: "later" });
    const allow = [PROD, { name: "later", tool: "*", action: "allow" }];
    expect(decide(allow, '{"env":["prod"]}')).toMatchObject({ action: "ask", rule: "prod" });
  });

  test("but what it refuses all the same stays refused", () => {
    const rules = [{ ...PROD, when: "has(args.env)" }];
    expect(decide(rules, '{"env":["prod"]}')).toMatchObject({ action: "deny", rule: "prod" });
  });

  test.for([
    ["a member inside", "args.options.mode == 'fast'", '{"options":{"mode":["fast"]}}'],
    ["what stands around it", "has(args.options) && args.options.mode == 'x'", '{"options":"x"}'],
    ["an item", "has(args.tags) && args.tags.exists(t, t == 'x')", '{"tags":[1]}'],
    ["all arguments", "size(args) > 3", '{"tags":[1]}'],
    ["a member by its index", "args['env'] == 'prod'", '{"env":["prod"]}'],
    ["a member that a variable names", "args[tool] == 'prod'", '{"env":["prod"]}'],
  ])("whether it reads %s", ([, condition, args]) => {
    expect(decide([{ ...PROD, when: condition }], args!)).toMatchObject({ action: "ask", rule: "prod" });
  });

  test("an allow that reads it does not hold", () => {
    const rules = [{ name: "calm", tool: "*", when: "has(args.env)", action: "allow" }];
    expect(decide(rules, '{"env":["prod"]}')).toMatchObject({ action: "ask", rule: "calm" });
  });

  test("a rule that only observes would have asked, and decides nothing", () => {
    const rules = [{ ...PROD, mode: "observe" }];
    const decision = decide(rules, '{"env":["prod"]}');
    expect(decision).toMatchObject({ action: "allow", observed: [{ rule: "prod", action: "ask" }] });
  });
});

describe("where rules rely on arguments, those that do not fit are not simply allowed [S-69]", () => {
  test.for(['{"tags":"prod"}', '{"tags":[1]}', '{"env":"staging","options":{"mode":7}}'])("%s", (args) => {
    const decision = decide([PROD], args);
    expect(decision).toMatchObject({ action: "ask", rule: "arguments:misfit", risk: "medium" });
    expect(decision.needsPerson).toBeUndefined();
  });

  test("nor by a rule that matches, and a rule that denies or asks still does", () => {
    const rule = (action: string) => ({ name: "r", tool: "*", when: "args.env == 'x'", action });
    const args = '{"env":"x","tags":"y"}';
    expect(decide([rule("allow")], args)).toMatchObject({ action: "ask", rule: "arguments:misfit" });
    expect(decide([rule("ask")], args)).toMatchObject({ action: "ask", rule: "r" });
    expect(decide([rule("deny")], args)).toMatchObject({ action: "deny", rule: "r" });
    expect(decide([PROD], args, { fallback: "deny" })).toMatchObject({ action: "deny", rule: "default" });
    expect(decide([PROD], args, { fallback: "ask" })).toMatchObject({ action: "ask", rule: "default" });
  });

  test("a tool whose rules read no arguments is as before, however sloppy its schema", () => {
    const rules = [{ name: "r", tool: "*", when: "client == 'claude-code'", action: "allow" }];
    expect(decide(rules, '{"tags":"prod"}')).toMatchObject({ action: "allow", faults: [] });
    expect(decide([], '{"tags":"prod"}')).toMatchObject({ action: "allow", faults: [] });
  });

  test("a rule behind one that decides relies on nothing", () => {
    const rules = [{ name: "first", tool: "*", action: "allow" }, PROD];
    expect(decide(rules, '{"env":["prod"]}')).toMatchObject({ action: "allow", rule: "first" });
  });

  test.for<[string, Json]>([
    ["none", null],
    ["one that means nothing", "object"],
    ["one too large to be read", { enum: Array.from({ length: 30_000 }, () => 1) }],
  ])("with a schema of this kind everything fits: %s", ([, schema]) => {
    expect(decide([PROD], '{"env":["prod"]}', { schema })).toMatchObject({ action: "allow", faults: [] });
  });

  test("arguments that are too much work to check are asked about", () => {
    const schema = { properties: { env: { $ref: "#" } }, allOf: [{ $ref: "#" }] };
    expect(decide([PROD], "{}", { schema })).toMatchObject({ action: "ask", rule: "prod" });
  });
});

describe("a key that some server takes for the one a rule reads [S-69]", () => {
  const PATH = { name: "etc", tool: "*", when: "has(args.path) && args.path == '/etc'", action: "deny" };
  const MODE = { ...PATH, when: "has(args.options) && has(args.options.mode)" };
  const FILES = { ...PATH, when: "has(args.files) && args.files.exists(f, f.path == '/etc')" };

  test.for([
    [PATH, '{"Path":"/etc"}'],
    [PATH, '{"PATH":"/etc"}'],
    [PATH, '{"path\\u0000":"/etc"}'],
    [PATH, '{"pat\\uff48":"/etc"}'],
    [MODE, '{"Options":{"mode":"x"}}'],
    [MODE, '{"options":{"MODE":"x"}}'],
    [FILES, '{"files":[{"path":"a"},{"Path":"/etc"}]}'],
  ] as const)("makes it one that could not be evaluated: %#", ([rule, args]) => {
    for (const schema of [DEPLOY, null])
      expect(decide([rule], args, { schema })).toMatchObject({ action: "ask", rule: "etc" });
  });

  test.for(['{"paths":"/etc"}', '{"env":"PATH"}', '{"variables":{"PATH":"/bin"}}'])(
    "and one that stands elsewhere does not: %s",
    (args) => {
      expect(decide([PATH], args)).toMatchObject({ action: "allow", faults: [] });
    },
  );

  test("its name does not speak for itself in what people read", () => {
    const { reason } = decide([PATH], '{"PATH\\u0000\\nAPPROVED by ana":"/etc"}');
    expect(reason).toContain('the argument "PATH\\u0000\\nAPPROVED by ana" passes for path');
  });
});

test("two policies at once keep that a person must see it [S-69]", () => {
  const policy = compilePolicy(inputOfRules([PROD], { policy: { default: "allow" } }));
  const other = compilePolicy(inputOfRules([], { policy: { default: "ask" } }));
  const call = callOf("files__deploy", '{"env":["prod"]}', { inputSchema: DEPLOY });
  for (const both of [stricterOf(policy, other), stricterOf(other, policy)])
    expect(both.evaluate(call, NOW)).toMatchObject({ action: "ask", needsPerson: true });
});
