import { afterAll, beforeAll, expect, test } from "vitest";
import { createTracker, type Tracker } from "#trackers";
import { type EmulateServer, startEmulate } from "../servers/emulate.ts";
import { drain, gather, idsOf } from "../support/drain.ts";
import { quickTime } from "../support/time.ts";

let server: EmulateServer;
let tracker: Tracker;

beforeAll(async () => {
  server = await startEmulate();
  const config = { type: "github", url: server.url, token: server.token, projects: ["acme/app"] } as const;
  tracker = await createTracker("gh", config, { time: quickTime(), retryPolicy: { maxWaitMs: 90_000 } });
});

afterAll(async () => {
  tracker.close();
  await server.close();
});

test("a GitHub that somebody else wrote is written to and read, its bad days too", async () => {
  const storm = {
    kind: "answer",
    status: 403,
    body: { message: "You have exceeded a secondary rate limit" },
  } as const;
  const made = await tracker.createIssue({
    project: "acme/app",
    title: "Löschen 🗑",
    body: "- [ ] a",
    labels: ["bug"],
  });
  expect(made).toMatchObject({ key: "acme/app#1", state: "open", labels: ["bug"], body: "- [ ] a" });
  server.faults.add({ fault: storm, times: 2 });
  expect(await tracker.getIssue(made.key)).toEqual(made);
  const closed = await tracker.updateIssue(made.key, { status: "not planned", labels: [], title: "Neu" });
  expect(closed).toMatchObject({ state: "closed", status: "not planned", labels: [], title: "Neu" });
  await tracker.addComment(made.key, "Eins");
  await tracker.addComment(made.key, "Zwei");
  expect((await tracker.getComments(made.key)).map(({ body }) => body)).toEqual(["Eins", "Zwei"]);
  await expect(tracker.getIssue("acme/app#99")).rejects.toMatchObject({ code: "issue_unknown" });
  await expect(drain(tracker, "acme/none")).rejects.toMatchObject({ code: "tracker_refused" });
});

test("its pages are walked to the end", async () => {
  for (let i = 0; i < 104; i++)
    await tracker.createIssue({ project: "acme/app", title: `Issue ${i}`, body: "" });
  server.faults.add({ fault: { kind: "cut" }, times: 2, path: /issues$/ });
  const { issues, comments } = gather(await drain(tracker, "acme/app"));
  expect([issues.size, comments.size]).toEqual([105, 2]);
  expect(await idsOf(tracker, "acme/app")).toHaveLength(105);
});

test("it takes the JWT of an App and gives out the installation's token", async () => {
  const config = { type: "github", url: server.url, app: server.app, projects: ["acme/app"] } as const;
  const asApp = await createTracker("gh", config, { time: quickTime() });
  expect(await asApp.getIssue("acme/app#1")).toMatchObject({ title: "Neu" });
  asApp.close();
});

test("what we sent kept to GitHub's description", () => {
  expect(server.violations.filter((line) => !/ \d{3}\//.test(line))).toEqual([]); // its own answers are not ours
  expect(server.requests.length).toBeGreaterThan(100);
});
