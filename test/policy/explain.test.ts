import { expect, test } from "vitest";
import { compilePolicy, explainCall } from "#policy";
import { callOf, inputOf, inputOfRules, NOW } from "./support.ts";

const RULES = [
  { name: "web", tool: "web__*", action: "deny" },
  { name: "broken", tool: "files__*", when: "args.size > 5", action: "allow" },
  { name: "secrets", tool: "files__*", when: "args.path.contains('.env')", action: "deny" },
  { name: "writes", tool: "files__write", action: "ask", workflow: "two" },
  { name: "rest", tool: "*", action: "allow" },
];
const input = inputOfRules(RULES, { approvals: { workflows: { two: { quorum: 2 } } } });

test("an explanation tells what every rule said, and who is asked", () => {
  const explanation = explainCall(input, callOf("files__write", { path: "a.txt" }), NOW);
  expect(explanation.steps).toEqual([
    { rule: "web", action: "deny", said: "other tool" },
    {
      rule: "broken",
      action: "allow",
      when: "args.size > 5",
      said: "condition failed",
      fault: "No such key: size",
    },
    { rule: "secrets", action: "deny", when: "args.path.contains('.env')", said: "condition is false" },
    { rule: "writes", action: "ask", said: "matches" },
    { rule: "rest", action: "allow", said: "not reached" },
  ]);
  expect(explanation.decision).toMatchObject({ action: "ask", rule: "writes", workflow: "two" });
  expect(explanation.workflow).toMatchObject({ name: "two", quorum: 2 });
});

test.for(["files__write", "files__read", "web__get", "search", "update_issue"])(
  "the explanation of %s ends in the policy's own decision",
  (name) => {
    for (const args of [{}, { path: ".env" }, { path: "a", size: 9 }]) {
      const call = callOf(name, args);
      expect(explainCall(input, call, NOW).decision).toEqual(compilePolicy(input).evaluate(call, NOW));
    }
  },
);

test("a hidden tool is explained as hidden", () => {
  const hidden = inputOf({
    mcpServers: { files: { command: "f", tools: { deny: ["write"] } } },
    policy: { default: "allow" },
  });
  expect(explainCall(hidden, callOf("files__write"), NOW).decision).toMatchObject({
    action: "deny",
    rule: "tools:deny",
  });
});
