import { expect, test } from "vitest";
import { manyIssues } from "../servers/seed.ts";
import { drain, drainByPages, gather, idsOf } from "../support/drain.ts";
import { openGitHub } from "../support/open.ts";

const seedOf = (count: number) => ({ projects: { "acme/app": manyIssues(count) } });
const at = (time: string) => new Date(`2026-03-01T${time}Z`);

test("pull requests and their comments are left out", async () => {
  const { tracker, server } = await openGitHub({ seed: seedOf(250) });
  const fix = server.state.addIssue("acme/app", { title: "A fix", isPullRequest: true });
  server.state.addComment("acme/app", fix.number, { body: "On a pull request" });
  const { issues, comments } = gather(await drain(tracker, "acme/app"));
  expect(issues.size).toBe(250);
  expect([...comments.values()]).not.toContain("On a pull request");
  expect(await idsOf(tracker, "acme/app")).toHaveLength(250);
});

test("a walk killed after every page does not ask for issues one by one", async () => {
  const { tracker, server } = await openGitHub({ seed: seedOf(250) });
  await drainByPages(tracker, "acme/app");
  expect(server.requests.filter(({ path }) => /issues\/\d+$/.test(path)).length).toBeLessThan(20);
});

test("page numbers end at ten thousand issues, and GitHub's cursors lead on", async () => {
  const createdAt = at("09:00:00");
  const seed = { projects: { "acme/app": manyIssues(450).map((issue) => ({ ...issue, createdAt })) } };
  const { tracker, server } = await openGitHub({ seed });
  server.state.pagedUpTo = 300;
  expect(await idsOf(tracker, "acme/app")).toHaveLength(450);
  expect(gather(await drain(tracker, "acme/app")).issues.size).toBe(450);
  expect(gather(await drainByPages(tracker, "acme/app")).issues.size).toBe(450);
  expect(server.requests.filter(({ path }) => /issues\/\d+$/.test(path)).length).toBeLessThan(20);
});

test("among many issues of one second, an edit between two pages hides none", async () => {
  const createdAt = at("09:00:00");
  const seed = {
    projects: { "acme/app": manyIssues(230).map((issue) => ({ ...issue, createdAt, comments: [] })) },
  };
  const { tracker, server } = await openGitHub({ seed });
  const seen = new Set<string>();
  let pages = 0;
  for await (const page of tracker.changes("acme/app", undefined)) {
    server.state.edit("acme/app", ++pages, { title: "!" });
    for (const { key } of page.issues) seen.add(key);
  }
  expect(seen.size).toBe(230);
});

test("a walk that finds nothing new costs GitHub nothing", async () => {
  const { tracker, server } = await openGitHub();
  let cursor: string | undefined;
  for (let round = 0; round < 3; round++)
    cursor = (await drain(tracker, "acme/app", cursor)).at(-1)?.cursor ?? cursor;
  const { budget } = server.state;
  expect(await drain(tracker, "acme/app", cursor)).toEqual([]);
  expect(server.state.budget).toBe(budget);
  server.state.edit("acme/app", 1, { title: "New" });
  expect(gather(await drain(tracker, "acme/app", cursor)).issues.get("acme/app#1")).toBe("New");
});

test("a walk that ends where no comment changed does not stay among the comments", async () => {
  const { tracker, server } = await openGitHub();
  let cursor: string | undefined;
  for (let round = 0; round < 3; round++)
    cursor = (await drain(tracker, "acme/app", cursor)).at(-1)?.cursor ?? cursor;
  for (const title of ["One", "Two", "Three"]) {
    server.state.edit("acme/app", 1, { title });
    const pages = await drain(tracker, "acme/app", cursor);
    expect(gather(pages).issues.get("acme/app#1")).toBe(title);
    cursor = pages.at(-1)!.cursor;
  }
});

test("a change that GitHub shows late, with an older time, is seen", async () => {
  const { tracker, server } = await openGitHub({ now: () => at("12:00:10") });
  server.state.edit("acme/app", 1, { title: "First" });
  const cursor = (await drain(tracker, "acme/app")).at(-1)!.cursor;
  server.state.addIssue("acme/app", { title: "Late", createdAt: at("12:00:09") });
  expect(gather(await drain(tracker, "acme/app", cursor)).issues.get("acme/app#3")).toBe("Late");
});

test("an edited comment comes, though its issue did not change; so does one on an issue made meanwhile", async () => {
  let now = at("12:00:00");
  const { tracker, server } = await openGitHub({ now: () => now });
  const cursor = (await drain(tracker, "acme/app")).at(-1)!.cursor;
  now = at("14:00:00");
  const [comment] = server.state.repos.get("acme/app")!.issues.get(1)!.comments;
  server.state.editComment("acme/app", 1, comment!.id, "Seen on 18, too.");
  const pages = await drain(tracker, "acme/app", cursor);
  const { id } = await tracker.getIssue("acme/app#1");
  expect(pages.flatMap((page) => page.comments)).toMatchObject([{ issueId: id, isComplete: false }]);
  expect(gather(pages).comments.get(String(comment!.id))).toBe("Seen on 18, too.");

  server.state.edit("acme/app", 2, { title: "Edited" });
  const walk = tracker.changes("acme/app", pages.at(-1)!.cursor)[Symbol.asyncIterator]();
  await walk.next();
  server.state.addIssue("acme/app", { title: "Made meanwhile", createdAt: now });
  server.state.addComment("acme/app", 3, { body: "And commented" });
  const { value: page } = await walk.next();
  expect(page.issues.map(({ title }: { title: string }) => title)).toContain("Made meanwhile");
  expect(JSON.stringify(page.comments)).toContain("And commented");
});

test("comments of many unknown issues cost one more reading of the list, not one call each", async () => {
  const { tracker, server } = await openGitHub({ seed: seedOf(250) });
  const pages = await drain(tracker, "acme/app");
  const cursor = JSON.parse(pages.at(-1)!.cursor);
  const before = server.requests.length;
  const again = await drain(tracker, "acme/app", JSON.stringify({ ...cursor, comments: {} }));
  expect(gather(again).comments.size).toBe(84);
  expect(server.requests.length - before).toBeLessThan(8);
});

test("a comment on an issue that is gone is left out", async () => {
  const { tracker, server } = await openGitHub();
  const walk = tracker.changes("acme/app", undefined)[Symbol.asyncIterator]();
  const { value: first } = await walk.next();
  const cursor = JSON.parse(first.cursor);
  const { comments } = server.state.repos.get("acme/app")!.issues.get(1)!;
  server.state.remove("acme/app", 1);
  expect(comments).toHaveLength(2);
  const rest = await drain(tracker, "acme/app", JSON.stringify(cursor));
  expect(gather(rest).comments.size).toBe(0);
});
