import { describe, expect, test } from "vitest";
import { compilePolicy, explainCall } from "#policy";
import { callOf, inputOfRules, NOW } from "./support.ts";

const twins = callOf("files__write", { to: { a: 1, A: 2 } });
const decide = (rules: readonly object[], call = twins) =>
  compilePolicy(inputOfRules(rules)).evaluate(call, NOW);

describe("a call with keys deep inside that a server may take for one", () => {
  test.for([
    ["an allow rule", [{ name: "all", tool: "*", action: "allow" }]],
    ["no rule", []],
  ] as const)("is for a person to see, whatever %s says", ([, rules]) => {
    const decision = decide(rules);
    expect(decision).toMatchObject({ action: "ask", risk: "high", needsPerson: true });
    expect(decision.reason).toContain('In to the keys "a" and "A" may be one');
  });

  test("keeps the rule, the words and the people of an ask", () => {
    const rule = { name: "asks", tool: "*", action: "ask", reason: "Look.", workflow: "default" };
    expect(decide([rule])).toMatchObject({ rule: "asks", workflow: "default", needsPerson: true });
    expect(decide([rule]).reason).toMatch(/takes either value\. Look\.$/);
  });

  test("stays denied where it is", () => {
    expect(decide([{ name: "no", tool: "*", action: "deny" }])).toMatchObject({ action: "deny", rule: "no" });
  });

  test("is explained as it is decided", () => {
    const input = inputOfRules([{ name: "all", tool: "*", action: "allow" }]);
    expect(explainCall(input, twins, NOW).decision).toMatchObject({ rule: "arguments:alike-keys" });
  });

  test("is asked about for twins in what goes along as well", () => {
    const call = callOf("files__write", {}, { meta: { "acme/Tenant": 1, "acme/tenant": 2 } });
    expect(decide([{ name: "all", tool: "*", action: "allow" }], call)).toMatchObject({ action: "ask" });
  });
});
