import { describe, expect, test } from "vitest";
import { DEPLOYMENTS, openJira, walkChanges } from "./support.ts";

describe.each(DEPLOYMENTS)("a bad day of Jira %s", (kind) => {
  const isCloud = kind === "Cloud";
  const created = (server: { requests: readonly { method: string; path: string }[] }) =>
    server.requests.filter(({ method, path }) => method === "POST" && /\/issue$/.test(path)).length;

  test.for([
    ["an answer that got lost", { kind: "lost", status: 502 }, 3],
    ["a connection that broke after the work", { kind: "hang-up", when: "after" }, 3],
    ["a connection that broke before", { kind: "hang-up", when: "before" }, 2],
    ["half an answer", { kind: "cut" }, 3],
    ["a server's error", { kind: "answer", status: 500, body: {} }, 2],
    ["a limit", { kind: "answer", status: 429, headers: { "retry-after": "1" }, body: {} }, 2],
  ] as const)("never sends a new issue twice: %s", async ([, fault, issues]) => {
    const { tracker, server } = await openJira(kind);
    server.faults.add({ method: "POST", path: /\/issue$/, fault });
    const call = tracker.createIssue({ project: "APP", title: "once", body: "x" });
    await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/^tracker_(failed|limited)$/) });
    expect(created(server)).toBe(1);
    expect(server.state.issues.size).toBe(issues);
  });

  test.for([
    ["a web page", { kind: "page" }],
    ["a redirect", { kind: "answer", status: 302, headers: { location: "https://login.test/" } }],
    ["something odd", { kind: "answer", status: 201, body: {} }],
  ] as const)("calls the outcome of a new issue unknown after %s", async ([, fault]) => {
    const { tracker, server } = await openJira(kind);
    server.faults.add({ fault, method: "POST", path: /\/issue$/ });
    await expect(tracker.createIssue({ project: "APP", title: "x", body: "" })).rejects.toMatchObject({
      code: "tracker_failed",
      message: expect.stringContaining("the issue may exist all the same; search before creating it again"),
      data: { outcome: "unknown" },
    });
  });

  test("tells that an issue was created when it cannot be read afterwards", async () => {
    const { tracker, server } = await openJira(kind);
    server.faults.add({ method: "GET", path: /\/issue\/APP-3/, fault: { kind: "page" }, times: 9 });
    const call = tracker.createIssue({ project: "APP", title: "x", body: "" });
    await expect(call).rejects.toMatchObject({
      message: expect.stringMatching(/^APP-3 was created/),
      data: { key: "APP-3", isDone: true },
    });
  });

  test("never sends a comment, a link or a step twice", async () => {
    const { tracker, server } = await openJira(kind);
    const paths = /\/comment$|\/issueLink$|\/transitions$/;
    for (const call of [
      () => tracker.addComment("APP-1", "x"),
      () => tracker.linkIssues("APP-1", "blocks", "APP-2"),
      () => tracker.updateIssue("APP-1", { status: "closed" }),
    ]) {
      server.faults.add({ method: "POST", path: paths, fault: { kind: "lost", status: 503 } });
      await expect(call()).rejects.toMatchObject({ code: "tracker_failed" });
    }
    expect(server.requests.filter(({ method, path }) => method === "POST" && paths.test(path))).toHaveLength(
      3,
    );
  });

  test.for([
    ["500s", { kind: "answer", status: 500, body: {} }],
    ["503 with a time", { kind: "answer", status: 503, headers: { "retry-after": "3" }, body: {} }],
    ["429 with a time", { kind: "answer", status: 429, headers: { "retry-after": "7" }, body: {} }],
    ["hang-ups", { kind: "hang-up", when: "before" }],
    ["half answers", { kind: "cut" }],
  ] as const)("reads and searches again after %s", async ([, fault]) => {
    const { tracker, server, time } = await openJira(kind);
    server.faults.add({ fault, times: 2 });
    expect((await tracker.getIssue("APP-1")).key).toBe("APP-1");
    server.faults.add({ method: "POST", path: /search/, fault, times: 2 });
    expect((await walkChanges(tracker)).issues).toHaveLength(2);
    const asked = "headers" in fault ? Number(fault.headers["retry-after"]) * 1_000 : 0;
    expect(Math.max(...time.slept)).toBeGreaterThanOrEqual(asked);
  });

  test("names a login page that stands in front", async () => {
    const { tracker, server } = await openJira(kind);
    for (const ask of [
      () => tracker.getIssue("APP-1"),
      () => walkChanges(tracker),
      () => tracker.addComment("APP-1", "x"),
    ]) {
      server.faults.add({ fault: { kind: "page" } });
      await expect(ask()).rejects.toMatchObject({
        code: "tracker_failed",
        message: expect.stringContaining("web page"),
      });
    }
  });

  test("names a search that was taken away", async () => {
    const { tracker, server } = await openJira(kind);
    server.faults.add({
      path: /search/,
      fault: { kind: "answer", status: 410, body: { errorMessages: ["has been removed"], errors: {} } },
    });
    await expect(walkChanges(tracker)).rejects.toMatchObject({
      code: "tracker_failed",
      message: expect.stringContaining("410"),
    });
  });

  test("takes a revoked token and an answer to a stranger for no empty project", async () => {
    const { tracker, server } = await openJira(kind);
    server.state.isStranger = true;
    const ids = () => tracker.listIds("APP")[Symbol.asyncIterator]().next();
    await expect(ids()).rejects.toMatchObject({ code: "tracker_refused" });
    server.state.isRevoked = true;
    for (const ask of [ids, () => walkChanges(tracker), () => tracker.getIssue("APP-1")])
      await expect(ask()).rejects.toMatchObject({
        code: "tracker_refused",
        message: expect.stringContaining("make a new one"),
      });
  });

  test("shows no token, whatever an answer echoes", async () => {
    const { tracker, server } = await openJira(kind);
    const { token, email } = server;
    const basic = Buffer.from(`${email}:${token}`).toString("base64");
    for (const status of [403, 400, 500]) {
      server.faults.add({
        fault: { kind: "answer", status, body: { errorMessages: [`${token} ${basic}`], errors: {} } },
        times: 9,
      });
      const error = await tracker
        .getIssue("APP-1")
        .catch((thrown: unknown) => thrown as Error & { data: object });
      const said = JSON.stringify([(error as Error).message, (error as { data: object }).data]);
      expect(said).not.toContain(token);
      if (email !== undefined) expect(said).not.toContain(basic);
      server.faults.clear();
    }
  });

  test("is cancelled in the middle, and closed", async () => {
    const { tracker, server } = await openJira(kind);
    server.faults.add({ fault: { kind: "silence" } });
    const stop = new AbortController();
    const call = tracker.getIssue("APP-1", stop.signal);
    stop.abort();
    await expect(call).rejects.toMatchObject({ code: "request_cancelled" });
    tracker.close();
    await expect(tracker.getIssue("APP-1")).rejects.toMatchObject({ code: "request_cancelled" });
  });

  test("reads an issue of a megabyte, with what nobody expected in it", async () => {
    const { tracker, server } = await openJira(kind, { isChecked: false });
    const line = "word ".repeat(200);
    const description = isCloud
      ? {
          version: 1,
          type: "doc",
          content: [
            {
              type: "hologram",
              content: [{ type: "paragraph", content: [{ type: "text", text: "inside" }] }],
            },
            ...Array.from({ length: 1_000 }, () => ({
              type: "paragraph",
              content: [{ type: "text", text: line }],
            })),
          ],
        }
      : `{hologram:x=1}inside{hologram}\n\n${`${line}\n\n`.repeat(1_000)}`;
    server.state.edit("APP-1", { description });
    const issue = await tracker.getIssue("APP-1");
    expect(issue.body.length).toBeGreaterThan(900_000);
    expect(issue.body).toContain("inside");
    expect(issue.isLossy).toBe(true);
  });

  test("answers that are something else are named as that", async () => {
    const { tracker, server } = await openJira(kind);
    for (const body of [[], { issues: "none" }, { id: 7 }, null]) {
      server.faults.add({ fault: { kind: "answer", status: 200, body: body ?? undefined } });
      await expect(tracker.getIssue("APP-1")).rejects.toMatchObject({ code: "tracker_failed" });
    }
  });
});
