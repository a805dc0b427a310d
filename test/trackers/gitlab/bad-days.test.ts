import { expect, test } from "vitest";
import { createLog } from "#base";
import type { Fault } from "../servers/faults.ts";
import { manyIssues } from "../servers/seed.ts";
import { drain, gather, idsOf } from "../support/drain.ts";
import { openGitLab } from "./support.ts";

const seed = { projects: { "acme/app": manyIssues(150) } };
const draft = { project: "acme/app", title: "Dark mode", body: "Please." };

test.for<[string, Fault]>([
  ["500s", { kind: "answer", status: 500 }],
  ["hang-ups", { kind: "hang-up", when: "before" }],
  ["halves of JSON", { kind: "cut" }],
  ['a plain "Retry later"', { kind: "answer", status: 429, body: "Retry later" }],
  ["429s", { kind: "answer", status: 429, headers: { "retry-after": "3" } }],
])("a walk through a storm of %s brings everything", async ([, fault]) => {
  const { tracker, server } = await openGitLab({ seed });
  for (const path of [/issues$/, /notes$/, /links$/]) server.faults.add({ fault, times: 3, path });
  const { issues, comments } = gather(await drain(tracker, "acme/app"));
  expect([issues.size, comments.size]).toEqual([150, 50]);
});

test.for<[string, Fault]>([
  ["a 502", { kind: "lost", status: 502 }],
  ["a hang-up", { kind: "hang-up", when: "after" }],
  ["half an answer", { kind: "cut" }],
])("a create and a comment that meet %s are made once", async ([, fault]) => {
  const { tracker, server } = await openGitLab();
  server.faults.add({ fault, times: 9, method: "POST" });
  const unknown = { code: "tracker_failed", data: { outcome: "unknown" } };
  await expect(tracker.createIssue(draft)).rejects.toMatchObject(unknown);
  await expect(tracker.addComment("acme/app#1", "Hi")).rejects.toMatchObject(unknown);
  const issues = server.state.projects.get("acme/app")!.issues;
  expect(issues.size).toBe(3);
  expect(issues.get(1)!.notes).toHaveLength(3);
});

test.for<[string, Fault]>([
  ["a web page", { kind: "page" }],
  ["a redirect", { kind: "answer", status: 302, headers: { location: "https://login.test/" } }],
  ["something odd", { kind: "answer", status: 201, body: {} }],
])("a create and a comment answered with %s may have been made, and it is said", async ([, fault]) => {
  const { tracker, server } = await openGitLab();
  server.faults.add({ fault, times: 2, method: "POST" });
  await expect(tracker.createIssue(draft)).rejects.toMatchObject({
    code: "tracker_failed",
    message: expect.stringContaining("the issue may exist all the same; search before creating it again"),
    data: { outcome: "unknown" },
  });
  await expect(tracker.addComment("acme/app#1", "Hi")).rejects.toMatchObject({
    data: { outcome: "unknown" },
  });
});

test("an issue that was made but could not be closed is told with its key", async () => {
  const { tracker, server } = await openGitLab();
  server.faults.add({ fault: { kind: "answer", status: 500 }, times: 9, method: "PUT" });
  await expect(tracker.createIssue({ ...draft, status: "closed" })).rejects.toMatchObject({
    code: "tracker_failed",
    message: expect.stringContaining("acme/app#3 was created, but its status was not set"),
    data: { key: "acme/app#3", isDone: true },
  });
});

test("an update that meets a 502 is sent again", async () => {
  const { tracker, server } = await openGitLab();
  server.faults.add({ fault: { kind: "lost", status: 502 }, times: 2, method: "PUT" });
  expect(await tracker.updateIssue("acme/app#1", { title: "New" })).toMatchObject({ title: "New" });
});

test("a login page in front of GitLab is told from a missing issue, and nothing counts as gone", async () => {
  const { tracker, server } = await openGitLab();
  const issue = await tracker.getIssue("acme/app#1");
  for (const status of [200, 404]) {
    server.faults.add({ fault: { kind: "page", status } });
    await expect(tracker.resolveMissing(issue)).rejects.toMatchObject({ code: "tracker_failed" });
  }
});

test("a revoked token is told with what to do, and no error or log line shows it", async () => {
  const lines: string[] = [];
  const log = createLog("DEBUG", (line) => lines.push(line));
  const { tracker, server } = await openGitLab({}, { log });
  await tracker.getIssue("acme/app#1");
  server.state.isRevoked = true;
  server.faults.add({
    fault: { kind: "answer", status: 401, body: { message: `401 Unauthorized ${server.token}` } },
  });
  for (const call of [() => tracker.getIssue("acme/app#1"), () => drain(tracker, "acme/app")]) {
    const error = await call().catch((reason: Error) => reason as Error);
    expect(error).toMatchObject({
      code: "tracker_refused",
      message: expect.stringContaining("make a new one"),
    });
    const shown = JSON.stringify([
      error,
      (error as Error).message,
      (error as Error).stack,
      (error as Error).cause,
      lines,
    ]);
    expect(shown).not.toContain(server.token);
  }
  expect(lines.length).toBeGreaterThan(0);
});

test("a spent budget is an error that says when, after which nobody asks", async () => {
  const { tracker, server } = await openGitLab();
  server.faults.add({
    fault: { kind: "answer", status: 429, headers: { "retry-after": "600" }, body: "Retry later" },
  });
  const limited = { code: "tracker_limited", data: { retryAt: expect.any(String) } };
  for (const key of ["acme/app#1", "acme/app#2"])
    await expect(tracker.getIssue(key)).rejects.toMatchObject(limited);
  expect(server.requests).toHaveLength(1);
});

test("an issue deleted between the list and the get is unknown, and the walk goes on", async () => {
  const { tracker, server } = await openGitLab({ seed });
  const ids = await idsOf(tracker, "acme/app");
  server.state.remove("acme/app", 7);
  await expect(tracker.getIssue("acme/app#7")).rejects.toMatchObject({ code: "issue_unknown" });
  expect(await idsOf(tracker, "acme/app")).toHaveLength(ids.length - 1);
});

test("an issue of a megabyte arrives whole", async () => {
  const body = "🌚 long שלום\r\n".repeat(75_000);
  const { tracker, server } = await openGitLab();
  server.state.edit("acme/app", 1, { description: body });
  expect((await tracker.getIssue("acme/app#1")).body).toBe(body);
});

test("an answer that is JSON but no issue is told", async () => {
  const { tracker, server } = await openGitLab();
  server.faults.add({ fault: { kind: "answer", status: 200, body: { hello: "world" } } });
  await expect(tracker.getIssue("acme/app#1")).rejects.toMatchObject({
    code: "tracker_failed",
    message: expect.stringContaining("issue acme/app#1 with something else"),
  });
});

test("a walk and a call are cancelled, and a closed tracker asks nothing more", async () => {
  const { tracker, server } = await openGitLab({ seed });
  server.faults.add({ fault: { kind: "silence" }, times: 9 });
  const user = new AbortController();
  const call = expect(tracker.getIssue("acme/app#1", user.signal)).rejects.toMatchObject({
    code: "request_cancelled",
  });
  const walk = expect(
    (async () => {
      for await (const _ of tracker.changes("acme/app", undefined, user.signal));
    })(),
  ).rejects.toMatchObject({ code: "request_cancelled" });
  await expect.poll(() => server.requests.length).toBe(2);
  user.abort();
  await Promise.all([call, walk]);
  tracker.close();
  await expect(tracker.getIssue("acme/app#1")).rejects.toMatchObject({ code: "request_cancelled" });
  expect(server.requests).toHaveLength(2);
});
