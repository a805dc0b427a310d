import path from "node:path";
import { expect, test } from "vitest";
import { findNewCommits } from "./new-commits.ts";
import { subjectFaults } from "./subject.ts";

const found = findNewCommits(path.join(import.meta.dirname, "../.."));
const title = "every commit that main does not have yet says in its first line what it does";

if (found.kind === "unknown") test.skip(`${title} [SKIPPED: ${found.why}]`);
else if (found.kind === "nothing to compare with")
  test(`${title} [nothing to check: ${found.why}]`, () => {});
else
  test(`${title} [${found.commits.length} since ${found.base}]`, () => {
    const refused = found.commits.flatMap(({ hash, subject }) =>
      subjectFaults(subject).map((fault) => `${hash} ${subject}: ${fault}`),
    );
    expect(refused).toEqual([]);
  });
