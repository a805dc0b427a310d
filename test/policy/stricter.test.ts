import { expect, test } from "vitest";
import { compilePolicy, distrust, stricterOf } from "#policy";
import { callOf, inputOf, inputOfRules, NOW } from "./support.ts";

const workflows = { two: { quorum: 2 }, one: { quorum: 1 } };
const actions = ["allow", "ask", "deny"] as const;
const rank = (action: string) => actions.indexOf(action as "allow");
const policyOf = (rules: readonly unknown[], rest: Record<string, unknown> = {}) =>
  compilePolicy(inputOfRules(rules, { approvals: { workflows }, ...rest }));

/** Policies of many shapes, a condition that fails for some arguments among them. */
const rules = actions.flatMap((action) => [
  { name: `all-${action}`, tool: "*", action },
  { name: `path-${action}`, tool: "files__*", when: "args.path == 'a'", action },
  { name: `two-${action}`, tool: "files__write", action, ...(action === "ask" && { workflow: "two" }) },
]);
const policies = [
  ...rules.map((rule) => policyOf([rule])),
  ...rules.slice(0, 6).map((rule, at) => policyOf([rule, rules[at + 3]])),
  ...actions.map((action) => policyOf([], { policy: { default: action } })),
];
const calls = ["files__write", "files__read", "web__get"].flatMap((name) =>
  [{ path: "a" }, { path: "b" }, {}].map((args) => callOf(name, args)),
);

test("two policies at once are looser than neither, whatever they say", () => {
  for (const held of policies)
    for (const wanted of policies) {
      const both = stricterOf(held, wanted);
      for (const call of calls) {
        const decision = both.evaluate(call, NOW);
        const sides = [held, wanted].map((policy) => ({ policy, said: policy.evaluate(call, NOW) }));
        expect(rank(decision.action)).toBe(Math.max(...sides.map(({ said }) => rank(said.action))));
        if (decision.action !== "ask") continue;
        const quorums = sides
          .filter(({ said }) => said.action === "ask")
          .map(({ policy, said }) => policy.workflowFor(said).quorum);
        expect(both.workflowFor(decision).quorum).toBe(Math.max(...quorums));
      }
    }
});

test("risk, the demand for a reason and hidden tools are the stricter ones", () => {
  const held = policyOf([{ name: "r", tool: "*", action: "ask", risk: "high" }]);
  const wanted = compilePolicy(
    inputOf({
      mcpServers: { files: { command: "files", tools: { deny: ["drop"] } } },
      policy: { rules: [{ name: "r", tool: "*", action: "ask", risk: "low", justification: "required" }] },
    }),
  );
  for (const both of [stricterOf(held, wanted), stricterOf(wanted, held)]) {
    expect(both.evaluate(callOf("files__write"), NOW)).toMatchObject({
      risk: "high",
      justification: "required",
    });
    expect(both.justificationFor({ server: "files", tool: "write", name: "files__write" })).toBe("required");
    expect(both.isVisible("files", "drop")).toBe(false);
    expect(both.evaluate(callOf("files__drop"), NOW)).toMatchObject({ action: "deny", rule: "tools:deny" });
  }
  expect(stricterOf(held, wanted).version).not.toBe(stricterOf(held, held).version);
});

test("annotations that are no longer trusted allow nothing", () => {
  const policy = policyOf([]);
  const call = callOf("files__read", {}, { trusted: true, annotations: { readOnlyHint: true } });
  expect(policy.evaluate(call, NOW).action).toBe("allow");
  expect(distrust(policy, () => false).evaluate(call, NOW).action).toBe("ask");
  expect(distrust(policy, () => true).evaluate(call, NOW).action).toBe("allow");
});
