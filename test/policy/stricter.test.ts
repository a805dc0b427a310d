import { expect, test } from "vitest";
import { type Panel, panelsOf } from "#model";
import { compilePolicy, distrust, type Policy, stricterOf } from "#policy";
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

const decided = (policy: Policy, name = "files__write") => {
  const decision = policy.evaluate(callOf(name), NOW);
  const workflow = policy.workflowFor(decision);
  return { decision, workflow, panels: panelsOf(workflow) };
};
const ana = { name: "prod", approvers: ["ana"], quorum: 1 };
const two = { name: "prod", approvers: ["mallory", "eve"], quorum: 2 };
const prod = { name: "p", tool: "files__*", action: "ask", workflow: "prod" };

interface Sections {
  readonly rules?: readonly unknown[];
  readonly workflows?: Readonly<Record<string, unknown>>;
}

interface Edit extends Sections {
  /** What was trusted, where it is not {@link prod} and {@link ana}. */
  readonly held?: Sections;
  readonly panels: readonly Panel[];
}

test.for<[what: string, edit: Edit]>([
  ["approvers replaced, the quorum raised", { workflows: { prod: strip(two) }, panels: [ana, two] }],
  [
    "approvers emptied, the quorum raised",
    { workflows: { prod: { quorum: 2 } }, panels: [ana, { ...two, approvers: [] }] },
  ],
  [
    "approvers replaced, the quorum as it was",
    { workflows: { prod: { approvers: ["eve"] } }, panels: [ana, { ...ana, approvers: ["eve"] }] },
  ],
  ["an approver added", { workflows: { prod: { approvers: ["ana", "eve"] } }, panels: [ana] }],
  [
    "an approver added, and both wanted",
    {
      workflows: { prod: { approvers: ["ana", "eve"], quorum: 2 } },
      panels: [{ ...two, approvers: ["ana", "eve"] }],
    },
  ],
  [
    "another workflow named",
    {
      rules: [{ ...prod, workflow: "other" }],
      workflows: { prod: strip(ana), other: strip(two) },
      panels: [ana, { ...two, name: "other" }],
    },
  ],
  [
    "no workflow named",
    { rules: [{ ...prod, workflow: undefined }], workflows: { prod: strip(ana) }, panels: [ana] },
  ],
  [
    "the workflow renamed",
    { rules: [{ ...prod, workflow: "x" }], workflows: { x: strip(ana) }, panels: [ana] },
  ],
  [
    "a rule with another workflow put in front",
    {
      rules: [{ name: "front", tool: "*", action: "ask", workflow: "x" }, prod],
      workflows: { prod: strip(ana), x: strip(two) },
      panels: [ana, { ...two, name: "x" }],
    },
  ],
  [
    "the rules in another order",
    {
      held: {
        rules: [prod, { ...prod, name: "q", workflow: "x" }],
        workflows: { prod: strip(ana), x: strip(two) },
      },
      rules: [{ ...prod, name: "q", workflow: "x" }, prod],
      workflows: { prod: strip(ana), x: strip(two) },
      panels: [ana, { ...two, name: "x" }],
    },
  ],
  [
    "an escalation to somebody else",
    { workflows: { prod: { approvers: ["ana"], escalate: { after: "1s", to: ["eve"] } } }, panels: [ana] },
  ],
  [
    "a sooner escalation",
    {
      held: { workflows: { prod: { approvers: ["ana"], escalate: { after: "10m", to: ["boss"] } } } },
      workflows: { prod: { approvers: ["ana"], escalate: { after: "1s", to: ["boss", "eve"] } } },
      panels: [{ ...ana, escalate: { afterMs: 600_000, to: ["boss"] } }],
    },
  ],
])("S-74: nobody trusted %s: those who were trusted must still say yes", ([, edit]) => {
  const { rules = [prod], workflows: theirs } = edit;
  const { rules: ours = [prod], workflows: trustedWorkflows = { prod: strip(ana) } } = edit.held ?? {};
  const trusted = policyOf(ours, { approvals: { workflows: trustedWorkflows } });
  const both = stricterOf(trusted, policyOf(rules, { approvals: { workflows: theirs } }));
  expect(decided(both).panels).toEqual(edit.panels);
  // A second edit on top of a first one, and a decision of the policy before it, are met alike.
  expect(decided(stricterOf(both, both)).panels).toEqual(edit.panels);
  const before = trusted.evaluate(callOf("files__write"), NOW);
  expect(panelsOf(both.workflowFor(before))[0]).toMatchObject({ name: "prod" });
});

test("S-75: channels and times that nobody trusted are told of nothing, and last no longer", () => {
  const notify = { mail: "smtp://x", eve: "https://eve.example" };
  const policyWith = (workflow: object, rule: object = prod, timeout = "15m") =>
    policyOf([rule], { notify, approvals: { timeout, workflows: { prod: workflow } } });
  const held = policyWith({ ...strip(ana), notify: ["mail"] });
  const wanted = policyWith({ ...strip(ana), notify: ["eve"], timeout: "30d" });
  expect(decided(stricterOf(held, wanted)).workflow).toMatchObject({ notify: ["mail"], timeoutMs: 900_000 });
  const sooner = policyWith({ ...strip(ana), timeout: "1m" });
  expect(decided(stricterOf(held, sooner)).workflow).toMatchObject({ timeoutMs: 60_000, notify: ["mail"] });
  const allowed = policyOf([{ name: "p", tool: "*", action: "allow" }], { notify });
  expect(decided(stricterOf(allowed, wanted)).workflow).toMatchObject({ name: "prod", notify: [] });
  const plain = policyWith({}, { name: "p", tool: "*", action: "ask" });
  const longer = policyWith({}, { name: "p", tool: "*", action: "ask" }, "30d");
  expect(decided(stricterOf(plain, longer)).workflow.timeoutMs).toBe(900_000);
});

test("S-75: a call that another workflow guards as well says so, whoever covers whom", () => {
  const held = policyOf([prod], { approvals: { workflows: { prod: { approvers: ["ana", "bo"] } } } });
  const renamed = [{ ...prod, workflow: "other" }];
  const wanted = policyOf(renamed, { approvals: { workflows: { other: strip(ana) } } });
  const { decision, panels } = decided(stricterOf(held, wanted));
  expect(panels).toEqual([{ ...ana, name: "other" }]);
  expect(decision).toMatchObject({ workflow: "other", also: ["prod"] });
  const same = decided(stricterOf(held, held)).decision;
  expect(same).toMatchObject({ workflow: "prod" });
  expect(same).not.toHaveProperty("also");
});

test("where both ask, the reason is the one that was trusted", () => {
  const held = policyOf([{ name: "old", tool: "*", action: "ask", reason: "Look twice." }]);
  const wanted = policyOf([{ name: "new", tool: "*", action: "ask", reason: "Routine.", workflow: "two" }]);
  expect(decided(stricterOf(held, wanted)).decision).toMatchObject({
    rule: "old",
    reason: "Look twice.",
    workflow: "two",
    also: ["default"],
  });
});

function strip({ approvers, quorum }: Panel) {
  return { approvers, quorum };
}

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
