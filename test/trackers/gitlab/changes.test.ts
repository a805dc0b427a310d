import { expect, test } from "vitest";
import { manyIssues } from "../servers/seed.ts";
import { drain, gather, idsOf } from "../support/drain.ts";
import { openGitLab } from "../support/open.ts";

const seedOf = (count: number) => ({ projects: { "acme/app": manyIssues(count) } });
const at = (time: string) => new Date(`2026-03-01T${time}Z`);

test("a later walk brings what changed and little else; comments that are gone are missing from a whole set", async () => {
  let now = at("12:00:00");
  const { tracker, server } = await openGitLab({ now: () => now, seed: seedOf(150) });
  const cursor = (await drain(tracker, "acme/app")).at(-1)!.cursor;
  now = at("13:00:00");
  server.state.edit("acme/app", 2, { title: "New title" });
  const [note] = server.state.projects.get("acme/app")!.issues.get(1)!.notes;
  server.state.removeNote("acme/app", 1, note!.id);
  const pages = await drain(tracker, "acme/app", cursor);
  const issues = pages.flatMap((page) => page.issues);
  expect(issues.map(({ key }) => key).sort()).toEqual([
    "acme/app#1",
    ...[145, 146, 147, 148, 149, 150].map((iid) => `acme/app#${iid}`), // minutes apart, and looked at again
    "acme/app#2",
  ]);
  const { id } = issues.find(({ key }) => key === "acme/app#1")!;
  expect(pages[0]!.comments).toContainEqual({ issueId: id, comments: [], isComplete: true });
});

test("an issue that was moved away is no issue of the project", async () => {
  const { tracker, server } = await openGitLab();
  server.state.move("acme/app", 1, "acme/web");
  expect([...gather(await drain(tracker, "acme/app")).issues.keys()]).toEqual(["acme/app#2"]);
});

test("an issue that is moved away after it was read comes as closed", async () => {
  const { tracker, server } = await openGitLab();
  const cursor = (await drain(tracker, "acme/app")).at(-1)!.cursor;
  server.state.move("acme/app", 1, "acme/web");
  const issues = (await drain(tracker, "acme/app", cursor)).flatMap((page) => page.issues);
  expect(issues.find(({ key }) => key === "acme/app#1")).toMatchObject({ state: "closed" });
});

test.for([false, true])(
  "an issue of the far future does not hide what changes now; by number alone: %s",
  async (isOld) => {
    const { tracker, server } = await openGitLab({ seed: seedOf(150), isOld });
    server.state.projects.get("acme/app")!.issues.get(1)!.updatedAt = new Date("2099-01-01T00:00:00Z");
    const [first] = await drain(tracker, "acme/app", undefined, 1);
    let { cursor } = (await drain(tracker, "acme/app", first!.cursor)).at(-1)!;
    for (const title of ["Once", "Twice"]) {
      server.state.edit("acme/app", 2, { title });
      const pages = await drain(tracker, "acme/app", cursor);
      expect(gather(pages).issues.get("acme/app#2")).toBe(title);
      cursor = pages.at(-1)!.cursor;
    }
  },
);

test("a kept place that GitLab takes no longer is told as that", async () => {
  const { tracker, server } = await openGitLab({ seed: seedOf(150) });
  const [first] = await drain(tracker, "acme/app", undefined, 1);
  server.faults.add({
    fault: { kind: "answer", status: 400, body: { error: "cursor is invalid" } },
    times: 2,
  });
  await expect(drain(tracker, "acme/app", first!.cursor)).rejects.toMatchObject({ code: "cursor_refused" });
  await expect(drain(tracker, "acme/app")).rejects.toMatchObject({ code: "tracker_failed" });
});

test("an issue deleted between the list and its comments does not stop the walk", async () => {
  const { tracker, server } = await openGitLab();
  const gone = { kind: "answer", status: 404, body: { message: "404 Not found" } } as const;
  server.faults.add({ fault: gone, path: /\/issues\/1\/(notes|links)$/, times: 2 });
  const pages = await drain(tracker, "acme/app");
  expect(gather(pages).issues.size).toBe(2);
  expect(pages[0]!.comments.map(({ issueId }) => issueId)).toEqual([
    pages[0]!.issues.find(({ key }) => key === "acme/app#2")!.id,
  ]);
});

test("a list of more than ten thousand, whose totals GitLab leaves out, is read to its end", async () => {
  const issues = manyIssues(10_050).map((issue) => ({ ...issue, comments: [] }));
  const { tracker, server } = await openGitLab({
    seed: { projects: { "acme/app": issues } },
    isOld: true,
    isChecked: false,
  });
  expect(new Set(await idsOf(tracker, "acme/app")).size).toBe(10_050);
  expect(server.requests.length).toBeGreaterThan(100);
});
