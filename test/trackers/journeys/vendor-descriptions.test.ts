import { expect, test } from "vitest";
import { type Dialect, loadContract } from "../support/contracts.ts";

const ALL: readonly Dialect[] = ["github", "github-enterprise", "gitlab", "jira-cloud", "jira-datacenter"];

for (const dialect of ALL) {
  test.skipIf(!loadContract(dialect))(`the description of ${dialect} is there and judges`, () => {
    const problems = loadContract(dialect)!.check({
      method: "GET",
      path: "/no/such/thing",
      query: "",
      status: 200,
    });
    expect(problems).toEqual(["GET /no/such/thing is not in the description"]);
  });
}

const github = loadContract("github")!;
const listing = {
  method: "GET",
  path: "/repos/acme/app/issues",
  query: "state=all&per_page=100",
  status: 200,
};

test("a request right in every part passes", () => {
  expect(github.check({ ...listing, answered: [] })).toEqual([]);
  const refusal = { message: "Not Found", documentation_url: "https://docs.github.com", status: "404" };
  expect(
    github.check({ ...listing, path: "/repos/acme/app/issues/7", query: "", status: 404, answered: refusal }),
  ).toEqual([]);
});

test.for([
  ["a parameter nobody described", { query: "colour=red" }, "takes no ?colour"],
  ["a value outside its list", { query: "state=maybe" }, "must be equal to one of the allowed values"],
  ["an answer of the wrong shape", { answered: [{ id: "seven" }] }, "must"],
  ["a status it never gives", { status: 418 }, "never answers 418"],
  ["a body where none is due", { sent: { title: "x" } }, "takes no body"],
] as const)("%s is found", ([, change, problem]) => {
  expect(github.check({ ...listing, answered: [], ...change }).join()).toContain(problem);
});

test("a member of a body that nobody described is found", () => {
  const exchange = { method: "POST", path: "/repos/acme/app/issues", query: "", status: 404, answered: {} };
  expect(github.check({ ...exchange, sent: { title: "x", priority: "high" } })).toEqual([
    'POST /repos/{owner}/{repo}/issues takes no "priority"',
  ]);
  expect(github.check({ ...exchange, sent: { body: "no title" } }).join()).toContain("title");
});
