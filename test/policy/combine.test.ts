import { expect, test } from "vitest";
import { decidersOf, type Panel, panelsOf, type Workflow } from "#model";
import { combine, covers } from "../../src/policy/combine.ts";

function subsets<T>(all: readonly T[]): readonly T[][] {
  const [first, ...rest] = all;
  if (first === undefined) return [[]];
  return subsets(rest).flatMap((set) => [set, [first, ...set]]);
}

/** Who may say yes; three of them are in no list, as many as the largest quorum. */
const votes = subsets(["ana", "bo", "cy", "dan", "eve", "fay"]);
const panels: readonly Panel[] = subsets(["ana", "bo", "cy"]).flatMap((approvers) =>
  [1, 2, 3].flatMap((quorum) => [
    { name: "w", approvers, quorum },
    { name: "w", approvers, quorum, escalate: { afterMs: 60_000, to: ["cy"] } },
  ]),
);
const workflowOf = (panel: Panel, rest: Partial<Workflow> = {}): Workflow => ({
  ...panel,
  timeoutMs: 900_000,
  notify: [],
  ...rest,
});

function satisfies(people: readonly string[], panel: Panel, isEscalated: boolean): boolean {
  const deciders = decidersOf(panel, isEscalated);
  return people.filter((each) => deciders.length === 0 || deciders.includes(each)).length >= panel.quorum;
}

const isEverSo = (left: Panel, right: Panel) =>
  [false, true].every((isEscalated) =>
    votes.every((people) => !satisfies(people, left, isEscalated) || satisfies(people, right, isEscalated)),
  );

test("a panel covers another exactly where everything that satisfies it satisfies the other", () => {
  const pairs = panels.flatMap((left) => panels.map((right) => [left, right] as const));
  // Of too few people, before it escalates, nothing can be expected: it may be said to cover, and need not.
  const isReachable = ({ approvers, quorum }: Panel) => approvers.length === 0 || approvers.length >= quorum;
  const loose = pairs.filter(([left, right]) => covers(left, right) && !isEverSo(left, right));
  expect(loose).toEqual([]);
  const missed = pairs.filter(
    ([left, right]) => isReachable(left) && !covers(left, right) && isEverSo(left, right),
  );
  expect(missed).toEqual([]);
  expect(pairs.filter(([left, right]) => covers(left, right)).length).toBeGreaterThan(100);
});

test("what satisfies several workflows together satisfies each of them, and nothing else is asked of people", () => {
  const few = panels.filter((_, at) => at % 4 < 2);
  for (const one of few)
    for (const two of few) {
      const three = few[(few.indexOf(one) * 7 + few.indexOf(two) * 3) % few.length]!;
      const all = [one, two, three];
      const flat = combine([workflowOf(one), workflowOf(two), workflowOf(three)]);
      const nested = combine([combine([workflowOf(one), workflowOf(two)]), workflowOf(three)]);
      const wrong = [false, true].flatMap((isEscalated) =>
        votes.filter((people) => {
          const wanted = all.every((panel) => satisfies(people, panel, isEscalated));
          return [flat, nested].some(
            (workflow) =>
              panelsOf(workflow).every((panel) => satisfies(people, panel, isEscalated)) !== wanted,
          );
        }),
      );
      expect(wrong, JSON.stringify(all)).toEqual([]);
    }
});

test("one person of a list and any two people are two panels, in the order they came", () => {
  const ana = { name: "prod", approvers: ["ana"], quorum: 1 };
  const two = { name: "prod", approvers: [], quorum: 2 };
  expect(panelsOf(combine([workflowOf(ana), workflowOf(two)]))).toEqual([ana, two]);
  expect(panelsOf(combine([workflowOf(two), workflowOf(ana)]))).toEqual([two, ana]);
  expect(panelsOf(combine([workflowOf(ana), workflowOf(two), workflowOf(ana)]))).toEqual([ana, two]);
  // Three of three are these two among others.
  const all = { name: "all", approvers: ["ana", "bo", "cy"], quorum: 3 };
  expect(panelsOf(combine([workflowOf(ana), workflowOf(two), workflowOf(all)]))).toEqual([all]);
});

test("the shortest time holds, also where it is another's people who decide, and every channel is told", () => {
  const ana = workflowOf(
    { name: "a", approvers: ["ana"], quorum: 1 },
    { timeoutMs: 3_600_000, notify: ["x"] },
  );
  const anyone = workflowOf(
    { name: "b", approvers: [], quorum: 1 },
    { timeoutMs: 60_000, notify: ["y", "x"] },
  );
  expect(combine([ana, anyone])).toEqual({ ...ana, timeoutMs: 60_000, notify: ["x", "y"] });
});

test("more people come in when the last would, and those who would come after the end never do", () => {
  const of = (name: string, afterMs: number, timeoutMs: number) =>
    workflowOf({ name, approvers: [name], quorum: 1, escalate: { afterMs, to: ["boss"] } }, { timeoutMs });
  const both = combine([of("ana", 60_000, 600_000), of("bo", 120_000, 600_000)]);
  expect(panelsOf(both).map(({ escalate }) => escalate?.afterMs)).toEqual([120_000, 120_000]);
  const short = combine([of("ana", 60_000, 300_000), of("bo", 400_000, 600_000)]);
  expect(panelsOf(short).map(({ escalate }) => escalate?.afterMs)).toEqual([60_000, undefined]);
});
