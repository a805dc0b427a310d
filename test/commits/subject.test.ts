import { expect, test } from "vitest";
import { subjectFaults } from "./subject.ts";

test.for([
  "feat(policy): explain requests that are no tool calls",
  "fix(gateway,upstreams): bound how fast a server may ask",
  "refactor(gateway, tasks)!: split the session by what happens in it",
  "docs(house): address readers in a hurry",
  "build(deps): embed the schema",
  "perf(store): focus the index on what is open",
  "test(e2e): bring a second client in",
  "style(tui): pass the theme down",
  "revert(search): re-read each comment",
  "feat(sync): list, sort and merge what is new",
  `chore(house): ${"a".repeat(58)}`,
])("%s", (subject) => {
  expect(subjectFaults(subject)).toEqual([]);
});

test.for([
  [`chore(house): ${"a".repeat(59)}`, "It has 73 characters"],
  ["docs: say what is bounded", 'It does not read "type(room): do this"'],
  ["merge(policy): bring both together", 'It does not read "type(room): do this"'],
  ["Lay the ground", 'It does not read "type(room): do this"'],
  ["feat(policy):explain", 'It does not read "type(room): do this"'],
  ["fixup! feat(policy): explain", 'It does not read "type(room): do this"'],
  ["feat(): explain", '"" is no room'],
  ["feat(Policy): explain", '"Policy" is no room'],
  ["feat(policy/gateway): explain", '"policy/gateway" is no room'],
  ["feat(policy): explained requests", '"explained" is no imperative'],
  ["feat(policy): explaining requests", '"explaining" is no imperative'],
  ["feat(policy): explains requests", '"explains" is no imperative'],
  ["feat(policy): made requests plain", '"made" is no imperative'],
  ["fix(gateway): a refusal has one wording", '"a" is no imperative'],
  ["fix(gateway): what stops a URI stops it", '"what" is no imperative'],
  ["fix(gateway): masks tell what they hide", '"masks" is no imperative'],
  ["fix(gateway): 3 more fixes", '"3" is no imperative'],
  ["fix(trackers): Jira takes no more than that", '"Jira" is no imperative'],
  ["fix(trackers): server's words stay", '"server\'s" is no imperative'],
] as const)("%s is refused: %s", ([subject, fault]) => {
  expect(subjectFaults(subject)).toEqual([expect.stringContaining(fault)]);
});

test("all faults are told at once", () => {
  expect(subjectFaults(`feat(Policy): explained ${"a".repeat(60)}`)).toHaveLength(3);
});
