import { describe, expect, test } from "vitest";
import { createLog, isPreloopError } from "#base";
import type { Fault } from "../servers/faults.ts";
import { manyIssues } from "../servers/seed.ts";
import { drain, gather, idsOf } from "../support/drain.ts";
import { EVERY_TRACKER, MARKDOWN_TRACKERS, openTracker } from "../support/every-tracker.ts";

const many = manyIssues(150);

describe.for(EVERY_TRACKER)("a bad day of %s", (name) => {
  test.for<[string, Fault, number]>([
    ["500s", { kind: "answer", status: 500 }, 0],
    ["hang-ups", { kind: "hang-up", when: "before" }, 0],
    ["halves of JSON", { kind: "cut" }, 0],
    ['a plain "Retry later"', { kind: "answer", status: 429, body: "Retry later" }, 0],
    ["429s with a time", { kind: "answer", status: 429, headers: { "retry-after": "7" } }, 7_000],
    ["503s with a time", { kind: "answer", status: 503, headers: { "retry-after": "3" } }, 3_000],
  ])("a call and a walk through a storm of %s bring everything", async ([, fault, waitMs]) => {
    const { tracker, server, time, project, key } = await openTracker(name, { issues: many });
    server.faults.add({ fault, times: 2 });
    expect((await tracker.getIssue(key(1))).key).toBe(key(1));
    for (const path of [/issues$/, /(comments?|notes)$/, /links$/, /search/])
      server.faults.add({ fault, times: 3, path });
    const { issues, comments } = gather(await drain(tracker, project));
    expect([issues.size, comments.size]).toEqual([150, 50]);
    expect(Math.max(...time.slept)).toBeGreaterThanOrEqual(waitMs);
  });

  test.for<[string, Fault, boolean]>([
    ["a 502 after the work", { kind: "lost", status: 502 }, true],
    ["a hang-up after the work", { kind: "hang-up", when: "after" }, true],
    ["half an answer", { kind: "cut" }, true],
    ["a hang-up before the work", { kind: "hang-up", when: "before" }, false],
    ["a server's error", { kind: "answer", status: 500 }, false],
    ["a limit", { kind: "answer", status: 429, headers: { "retry-after": "1" } }, false],
  ])("a create and a comment that meet %s are sent once", async ([, fault, isMade]) => {
    const { tracker, server, project, key, issueCount, commentCount } = await openTracker(name);
    server.faults.add({ fault, times: 9, method: "POST" });
    const problem =
      fault.kind === "answer" && fault.status === 429
        ? { code: "tracker_limited" }
        : { code: "tracker_failed", data: { outcome: "unknown" } };
    const draft = { project, title: "Dark mode", body: "Please." };
    await expect(tracker.createIssue(draft)).rejects.toMatchObject(problem);
    await expect(tracker.addComment(key(1), "Hi")).rejects.toMatchObject(problem);
    expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(2);
    expect([issueCount(), commentCount(1)]).toEqual(isMade ? [3, 3] : [2, 2]);
  });

  test.for<[string, Fault]>([
    ["a web page", { kind: "page" }],
    ["a redirect", { kind: "answer", status: 302, headers: { location: "https://login.test/" } }],
    ["something odd", { kind: "answer", status: 201, body: {} }],
  ])("a create and a comment answered with %s may have been made, and it is said", async ([, fault]) => {
    const { tracker, server, project, key } = await openTracker(name);
    server.faults.add({ fault, times: 2, method: "POST" });
    await expect(tracker.createIssue({ project, title: "Dark mode", body: "Please." })).rejects.toMatchObject(
      {
        code: "tracker_failed",
        message: expect.stringContaining("the issue may exist all the same; search before creating it again"),
        data: { outcome: "unknown" },
      },
    );
    await expect(tracker.addComment(key(1), "Hi")).rejects.toMatchObject({ data: { outcome: "unknown" } });
  });

  test("an issue that was made but could not be closed is told with its key", async () => {
    const { tracker, server, project, key, setStatus } = await openTracker(name);
    server.faults.add({ fault: { kind: "answer", status: 500 }, times: 9, ...setStatus });
    const draft = { project, title: "Dark mode", body: "Please.", status: "closed" };
    await expect(tracker.createIssue(draft)).rejects.toMatchObject({
      code: "tracker_failed",
      message: expect.stringMatching(
        new RegExp(`^${key(3)} was created, (but its status was not set|and then): `),
      ),
      data: { key: key(3), isDone: true },
    });
  });

  test("an update that meets a 502 is sent again", async () => {
    const { tracker, server, key, update } = await openTracker(name);
    server.faults.add({ fault: { kind: "lost", status: 502 }, times: 2, ...update });
    expect(await tracker.updateIssue(key(1), { title: "New" })).toMatchObject({ title: "New" });
  });

  test("a login page in front is told from a missing issue, and nothing counts as gone", async () => {
    const { tracker, server, project, key } = await openTracker(name);
    const issue = await tracker.getIssue(key(1));
    for (const status of [200, 404]) {
      server.faults.add({ fault: { kind: "page", status } });
      await expect(tracker.resolveMissing(issue)).rejects.toMatchObject({ code: "tracker_failed" });
    }
    for (const ask of [
      () => tracker.getIssue(key(1)),
      () => drain(tracker, project),
      () => tracker.addComment(key(1), "x"),
    ]) {
      server.faults.add({ fault: { kind: "page" } });
      await expect(ask()).rejects.toMatchObject({
        code: "tracker_failed",
        message: expect.stringContaining("web page"),
      });
    }
  });

  test("a revoked token is told with what to do", async () => {
    const { tracker, server, project, key } = await openTracker(name);
    await tracker.getIssue(key(1));
    server.state.isRevoked = true;
    for (const ask of [
      () => tracker.getIssue(key(1)),
      () => drain(tracker, project),
      () => idsOf(tracker, project),
    ])
      await expect(ask()).rejects.toMatchObject({
        code: "tracker_refused",
        message: expect.stringContaining("make a new one"),
      });
  });

  test.for([401, 403, 400, 500])("no error or log line shows the token that a %s echoes", async (status) => {
    const lines: string[] = [];
    const log = createLog("DEBUG", (line) => lines.push(line));
    const { tracker, server, key, project } = await openTracker(name, {}, { log });
    const { token, email } = server;
    const basic = Buffer.from(`${email}:${token}`).toString("base64");
    const body = { message: `No: ${token} ${basic}`, errorMessages: [`${token} ${basic}`], errors: {} };
    for (const call of [() => tracker.getIssue(key(1)), () => drain(tracker, project)]) {
      server.faults.add({ fault: { kind: "answer", status, body }, times: 9 });
      const error = await call().catch((reason: unknown) => reason);
      if (!isPreloopError(error)) throw new Error("it went well");
      const { message, stack, cause, data } = error;
      const shown = JSON.stringify([error, message, stack, cause, data, lines]);
      expect(shown).not.toContain(token);
      if (email !== undefined) expect(shown).not.toContain(basic);
      server.faults.clear();
    }
    expect(lines.length).toBeGreaterThan(0);
  });

  test("a spent budget is an error that says when, after which nobody asks", async () => {
    const { tracker, server, key } = await openTracker(name);
    server.faults.add({
      fault: { kind: "answer", status: 429, headers: { "retry-after": "600" }, body: "Retry later" },
    });
    const limited = { code: "tracker_limited", data: { retryAt: expect.any(String) } };
    for (const number of [1, 2]) await expect(tracker.getIssue(key(number))).rejects.toMatchObject(limited);
    expect(server.requests).toHaveLength(1);
  });

  test("an issue deleted between the list and the get is unknown, and the walk goes on", async () => {
    const { tracker, project, key, remove } = await openTracker(name, { issues: many });
    const ids = await idsOf(tracker, project);
    remove(7);
    await expect(tracker.getIssue(key(7))).rejects.toMatchObject({ code: "issue_unknown" });
    expect(await idsOf(tracker, project)).toHaveLength(ids.length - 1);
  });

  test("an answer that is JSON but no issue is told", async () => {
    const { tracker, server, key } = await openTracker(name);
    for (const body of [{ hello: "world" }, [], { issues: "none" }, { id: 7 }, undefined]) {
      server.faults.add({ fault: { kind: "answer", status: 200, body } });
      await expect(tracker.getIssue(key(1))).rejects.toMatchObject({
        code: "tracker_failed",
        message: expect.stringContaining(`issue ${key(1)} with something else`),
      });
    }
  });

  test("a walk and a call are cancelled, and a closed tracker asks nothing more", async () => {
    const { tracker, server, project, key } = await openTracker(name, { issues: many });
    server.faults.add({ fault: { kind: "silence" }, times: 9 });
    const user = new AbortController();
    const cancelled = { code: "request_cancelled" };
    const call = expect(tracker.getIssue(key(1), user.signal)).rejects.toMatchObject(cancelled);
    const walk = expect(
      (async () => {
        for await (const _ of tracker.changes(project, undefined, user.signal));
      })(),
    ).rejects.toMatchObject(cancelled);
    await expect.poll(() => server.requests.length).toBe(2);
    user.abort();
    await Promise.all([call, walk]);
    tracker.close();
    await expect(tracker.getIssue(key(1))).rejects.toMatchObject(cancelled);
    expect(server.requests).toHaveLength(2);
  });
});

test.for(MARKDOWN_TRACKERS)("an issue of a megabyte arrives whole from %s", async (name) => {
  const body = "🌚 long שלום\r\n".repeat(75_000);
  const { tracker, key, edit } = await openTracker(name);
  edit(1, { body });
  expect((await tracker.getIssue(key(1))).body).toBe(body);
});
