import { describe, expect, test } from "vitest";
import type { Tracker } from "#trackers";
import {
  fetchAddressedIssue,
  findIssue,
  findProject,
  isConfigured,
} from "../../src/issue-tools/find-tracker.ts";

/** A tracker of which only what names things is asked. */
function tracker(name: string, projects: readonly string[], key: RegExp, moved?: string): Tracker {
  return {
    name,
    projects,
    readKey: (text: string) => (key.test(text) ? text : undefined),
    getIssue: async (asked: string) => ({ key: asked, project: moved ?? projects[0] }),
  } as unknown as Tracker;
}

const NUMBERED = /^[\w/.-]+#\d+$/;
const gh = tracker("gh", ["acme/app", "Acme/Web"], NUMBERED);
const lab = tracker("lab", ["acme/app", "platform/api"], NUMBERED);
const jira = tracker("jira", ["APP"], /^[A-Z]+-\d+$/);
const all = [gh, lab, jira];
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return error as Error & { code: string };
  }
  throw new Error("it was not refused");
};

describe("an identifier", () => {
  test.for([
    ["platform/api#7", "lab", "platform/api#7"],
    ["acme/web#7", "gh", "acme/web#7"],
    ["APP-7", "jira", "APP-7"],
    ["gh:acme/app#7", "gh", "acme/app#7"],
    [" lab:acme/app#7 ", "lab", "acme/app#7"],
  ])("%s is of %s", ([text, name, key]) => {
    const found = findIssue(text!, all);
    expect([found.tracker.name, found.key]).toEqual([name, key]);
  });

  test("that two trackers could mean is refused with both", () => {
    const { code, message } = codeOf(() => findIssue("acme/app#7", all));
    expect(code).toBe("issue_ambiguous");
    expect(message).toContain("gh:acme/app#7 or lab:acme/app#7");
  });

  test("of a project that is not configured is refused with what would let it in", () => {
    const { code, message } = codeOf(() => findIssue("OTHER-7", all));
    expect(code).toBe("issue_unknown");
    expect(message).toContain("trackers.jira.projects");
  });

  test("that names nothing is refused with how to name things", () => {
    expect(codeOf(() => findIssue("that one", all)).message).toContain("jira (APP)");
    expect(codeOf(() => findIssue("APP-7", [])).code).toBe("tracker_unconfigured");
  });

  test("may be a number where there is one project", () => {
    const only = tracker("gh", ["acme/app"], NUMBERED);
    expect(findIssue("#7", [only]).key).toBe("acme/app#7");
    expect(findIssue("7", [only]).key).toBe("acme/app#7");
    expect(codeOf(() => findIssue("#7", all)).code).toBe("issue_unknown");
  });
});

test("an issue that was moved out of the configured projects is refused", async () => {
  const { signal } = new AbortController();
  const away = tracker("gh", ["acme/app"], NUMBERED, "acme/secret");
  await expect(fetchAddressedIssue({ tracker: away, key: "acme/app#7" }, signal)).rejects.toMatchObject({
    code: "issue_unknown",
  });
  await expect(fetchAddressedIssue({ tracker: gh, key: "acme/app#7" }, signal)).resolves.toMatchObject({
    project: "acme/app",
  });
  expect(isConfigured({ tracker: "gh", project: "acme/secret" }, all)).toBe(false);
  expect(isConfigured({ tracker: "gh", project: "acme/WEB" }, all)).toBe(true);
});

test("a project is found whatever its case, and an ambiguous one is refused", () => {
  expect(findProject("app", all)).toMatchObject({ project: "APP" });
  expect(findProject("lab:acme/app", all)).toMatchObject({ project: "acme/app", tracker: lab });
  expect(codeOf(() => findProject("acme/app", all)).code).toBe("issue_ambiguous");
  expect(codeOf(() => findProject("nowhere", all)).message).toContain("platform/api");
});
