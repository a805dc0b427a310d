import { expect, test } from "vitest";
import { checkPolicy, compilePolicy, explainCall } from "#policy";
import { callOf, inputOfRules, NOW } from "../support.ts";

const shadow = (name: string, action: string, rest: object = {}) => ({
  name,
  tool: "files__*",
  action,
  mode: "observe",
  ...rest,
});
const reads = { name: "reads", tool: "files__*", action: "allow" };
const decide = (rules: readonly unknown[], args = {}, name = "files__read") =>
  compilePolicy(inputOfRules(rules)).evaluate(callOf(name, args), NOW);

test("a rule that only observes decides nothing, and its word is kept", () => {
  expect(decide([shadow("strict", "deny"), reads])).toEqual({
    action: "allow",
    rule: "reads",
    risk: "medium",
    faults: [],
    observed: [{ rule: "strict", action: "deny" }],
  });
  expect(decide([reads])).not.toHaveProperty("observed");
});

test("every observing rule on the way is told of, those behind the deciding one are not", () => {
  const rules = [
    shadow("a", "ask", { when: "args.path == 'x'" }),
    shadow("b", "deny", { when: "args.path == 'y'" }),
    shadow("c", "deny"),
    reads,
    shadow("d", "deny"),
  ];
  expect(decide(rules, { path: "x" }).observed).toEqual([
    { rule: "a", action: "ask" },
    { rule: "c", action: "deny" },
  ]);
  expect(decide(rules, { path: "z" }, "web__get").observed).toBeUndefined();
});

test("a condition that fails in an observing rule asks nobody", () => {
  const decision = decide([shadow("broken", "allow", { when: "args.path.contains('x')" }), reads]);
  expect(decision).toMatchObject({ action: "allow", rule: "reads", faults: [] });
  expect(decision.observed).toEqual([{ rule: "broken", action: "ask" }]);
});

test("an observing rule demands no reason of the agent", () => {
  const rules = [shadow("why", "ask", { justification: "required" }), reads];
  const target = { server: "files", tool: "read", name: "files__read" };
  expect(compilePolicy(inputOfRules(rules)).justificationFor(target)).toBeUndefined();
});

test("what is observed may change no decision: policies agree with the observing rules left out", () => {
  const enforced = [
    { name: "deny-env", tool: "files__*", when: "args.path.contains('.env')", action: "deny" },
    reads,
  ];
  const mixed = [shadow("s1", "deny"), enforced[0], shadow("s2", "ask"), reads];
  for (const args of [{}, { path: "a" }, { path: ".env" }, { path: 5 }]) {
    const { observed: _, ...decision } = decide(mixed, args);
    expect(decision).toEqual(decide(enforced, args));
  }
});

test("a check does not take an observing rule for one that hides those behind it", () => {
  expect(checkPolicy(inputOfRules([shadow("all", "deny"), reads]))).toEqual([]);
  expect(checkPolicy(inputOfRules([reads, shadow("late", "deny")]))).toMatchObject([{ rule: "late" }]);
});

test("an explanation says which rules only observe", () => {
  const { steps, decision } = explainCall(
    inputOfRules([shadow("s", "deny"), reads]),
    callOf("files__read"),
    NOW,
  );
  expect(steps).toEqual([
    { rule: "s", action: "deny", mode: "observe", said: "matches" },
    { rule: "reads", action: "allow", said: "matches" },
  ]);
  expect(decision.observed).toEqual([{ rule: "s", action: "deny" }]);
});
