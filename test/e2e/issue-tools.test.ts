import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createPostgresStore, type OwnedStore } from "../support/stores.ts";
import { type CallResult, connect, type TestClient } from "./support/clients.ts";
import { nextPending, pendings } from "./support/pending.ts";
import { makePlace, type Place } from "./support/place.ts";
import { DIALECTS, type TrackerServer } from "./support/tracker-servers.ts";

const SIX = [
  "get_issue",
  "create_issue",
  "update_issue",
  "search",
  "estimate_compliance",
  "improve_compliance",
];

interface Shown {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly state: string;
  readonly labels: readonly string[];
}

// Two dialects on each store: what the tools keep does not depend on the dialect.
const postgres = process.env.PRELOOP_TEST_DATABASE_URL;
const isOnPostgres = (dialect: string) => postgres !== undefined && /GitLab|Data Center/.test(dialect);

const EXPORT = {
  title: "CSV export drops the header row",
  body: "When a report is exported as CSV, the first line with the column names is missing.",
};

describe.each(Object.keys(DIALECTS))("the six tools over %s", { timeout: 120_000 }, (dialect) => {
  let server: TrackerServer;
  let store: OwnedStore | undefined;
  let here: Place;
  let agent: TestClient;
  let project: string;
  const keyOf = (number: number) =>
    dialect.startsWith("Jira") ? `${project}-${number}` : `${project}#${number}`;

  const take = () => server.served.faults.take;
  let healthy: ReturnType<typeof take>;

  // One place for all: each test has issues of its own.
  beforeAll(async () => {
    server = await DIALECTS[dialect]!();
    healthy = take();
    server.add(EXPORT);
    store = isOnPostgres(dialect) ? await createPostgresStore(postgres!) : undefined;
    here = await makePlace({ trackers: { work: server.config }, databaseUrl: store?.url });
    [project] = server.config.projects as [string];
    await here.run("sync");
    agent = await connect("SDK v1", here);
  }, 120_000);
  afterEach(() => {
    server.served.faults.take = healthy;
    expect(server.served.violations).toEqual([]);
  });
  afterAll(async () => {
    await agent.close();
    await here.remove();
    await store?.remove();
    await server.served.close();
  });

  /** Makes a call that waits, and lets a person approve it. */
  async function approved(name: string, args: Record<string, unknown>) {
    const answer = agent.call(name, args);
    const { id } = await nextPending(here);
    expect(await here.run("approvals", "approve", id)).toMatchObject({ status: 0 });
    return answer;
  }
  const listIn = <T>({ structured }: CallResult, member: string) => (structured?.[member] ?? []) as T[];
  const issueOf = (result: { structured?: Record<string, unknown> | undefined }) =>
    result.structured?.issue as Shown;

  test("an issue is found, read, created, updated and scored", async () => {
    expect(await agent.listTools()).toEqual(SIX);

    const found = await agent.call("search", { query: "Body of issue 42", limit: 5 });
    expect(listIn<Shown>(found, "results").map(({ title }) => title)).toContain("Issue 42");

    const read = await agent.call("get_issue", { issue: keyOf(1), include: ["comments", "links"] });
    expect(read.structured).toMatchObject({
      read: "live",
      issue: { id: `work:${keyOf(1)}`, title: "Issue 1", description: "Body of issue 1.", state: "open" },
    });
    expect(read.text).toContain("Comment on 1");

    const draft = {
      project,
      title: "Crash when the export is cancelled: 💥 «שלום»",
      description:
        "## Steps\n\n1. Start an export\n2. Press *cancel*\n\n```js\nexport.cancel({ now: true });\n```",
      labels: ["bug"],
    };
    const created = await approved("create_issue", draft);
    expect(created.structured).toMatchObject({ created: true });
    const mine = issueOf(created);
    expect(mine).toMatchObject({ title: draft.title, labels: ["bug"], state: "open" });
    expect(mine.description).toContain("export.cancel({ now: true });");

    const updated = await approved("update_issue", {
      issue: mine.id,
      title: "Crash on cancel",
      status: "closed",
    });
    expect(updated.structured).toMatchObject({ issue: { title: "Crash on cancel", state: "closed" } });
    expect(listIn<string>(updated, "updated").toSorted()).toEqual(["status", "title"]);
    const again = await agent.call("get_issue", { issue: mine.key });
    expect(issueOf(again)).toMatchObject({ title: "Crash on cancel", state: "closed", labels: ["bug"] });

    const scored = await agent.call("estimate_compliance", { issues: [mine.key, keyOf(1), keyOf(999_999)] });
    expect(scored.structured).toMatchObject({
      metric: "DoR",
      metadata: { total_requested: 3, successfully_processed: 2, failed_issues: [keyOf(999_999)] },
    });
    const [good, poor] = listIn<{ score: number; basis: string }>(scored, "results");
    expect(good!.score).toBeGreaterThan(poor!.score);
    expect(good!.basis).toBe("rules");

    const better = await agent.call("improve_compliance", { issues: [keyOf(1)] });
    const [update] = listIn<{ arguments: Record<string, string> }>(better, "suggested_updates");
    const taken = await approved("update_issue", update!.arguments);
    expect(issueOf(taken).description).toContain("Body of issue 1.");

    const { stdout } = await here.run("audit", "list", "--json");
    expect(stdout).not.toContain(server.token);
    const records = JSON.parse(stdout) as { server: string; tool: string; outcome: string }[];
    expect(records.filter(({ tool }) => tool === "create_issue")).toMatchObject([
      { server: "preloop", outcome: "ok" },
    ]);
  });

  test("what exists is shown instead of created, and nobody is asked", async () => {
    const same = {
      project,
      title: "Header row missing in exported CSV",
      description: "The column names in the first line are missing when I export a report as CSV.",
    };
    const answer = await agent.call("create_issue", same);
    expect(answer.structured).toMatchObject({ created: false });
    expect(listIn<Shown>(answer, "candidates")[0]).toMatchObject({ title: EXPORT.title });
    expect(answer.text).toContain("allow_duplicate");
    expect(await pendings(here, 0)).toEqual([]);
    const forced = await approved("create_issue", { ...same, allow_duplicate: true });
    expect(forced.structured).toMatchObject({ created: true, issue: { title: same.title } });
    const again = { issue: issueOf(forced).id, duplicate_of: listIn<Shown>(answer, "candidates")[0]!.id };
    const linked = await approved("update_issue", { ...again, status: "closed" });
    expect(linked.structured).toMatchObject({ issue: { state: "closed" } });
    expect(listIn<string>(linked, "updated")).toContain("duplicate_of");
    const self = await agent.call("update_issue", { ...again, duplicate_of: again.issue });
    expect(self).toMatchObject({ isError: true, text: expect.stringContaining("itself") });
  });

  test("an issue that changed meanwhile is a conflict, once", async () => {
    await agent.call("get_issue", { issue: keyOf(3) });
    server.retitle(3, "Told behind its back");
    const refused = await agent.call("update_issue", { issue: keyOf(3), description: "Mine." });
    expect(refused).toMatchObject({ isError: true });
    expect(refused.text).toContain("Told behind its back");
    expect(await pendings(here, 0)).toEqual([]);
    await agent.call("get_issue", { issue: keyOf(3), include: ["comments"] });
    const updated = await approved("update_issue", { issue: keyOf(3), description: "Mine." });
    expect(issueOf(updated)).toMatchObject({ title: "Told behind its back", description: "Mine." });
  });

  test("an update is held against the issue as it was when it was asked for", async () => {
    await agent.call("get_issue", { issue: keyOf(21) });
    const answer = agent.call("update_issue", { issue: keyOf(21), description: "Mine." });
    const { id } = await nextPending(here);
    server.retitle(21, "Theirs");
    await agent.call("get_issue", { issue: keyOf(21), include: ["comments"] });
    await here.run("approvals", "approve", id);
    expect(await answer).toMatchObject({ isError: true, text: expect.stringContaining("Theirs") });
  });

  test("a field that the tracker cannot hold is refused before a person is asked", async () => {
    const refused = await agent.call("update_issue", {
      issue: keyOf(22),
      status: "no such status",
      title: "x",
    });
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining("no such status") });
    const draft = { project, title: "Colours of the rainbow", description: "There are seven." };
    const unmade = await agent.call("create_issue", { ...draft, priority: "no such priority" });
    expect(unmade).toMatchObject({ isError: true, text: expect.stringMatching(/priority/i) });
    expect(await pendings(here, 0)).toEqual([]);
  });

  test("a duplicate is closed from the terminal, once it is approved", async () => {
    const asked = here.run("duplicates", "resolve", keyOf(11), keyOf(12), "--as", "close");
    const { id } = await nextPending(here);
    const stateOf = async () =>
      issueOf(await agent.call("get_issue", { issue: keyOf(11), include: ["links"] })).state;
    expect(await stateOf()).toBe("open");
    await here.run("approvals", "approve", id);
    expect(await asked).toMatchObject({ status: 0, stdout: expect.stringContaining("duplicate_of, status") });
    expect(await stateOf()).toBe("closed");
    const dismissed = await here.run("duplicates", "resolve", keyOf(13), keyOf(14), "--as", "dismiss");
    expect(dismissed).toMatchObject({ status: 0, stdout: expect.stringContaining("kept apart") });
  });

  test("what is denied never reaches the tracker", async () => {
    const answer = agent.call("update_issue", { issue: keyOf(5), title: "Not this" });
    const { id } = await nextPending(here);
    const writes = () =>
      server.served.requests.filter(({ method }) => method === "PATCH" || method === "PUT");
    const before = writes().length;
    await here.run("approvals", "deny", id, "--reason", "the title is fine");
    expect(await answer).toMatchObject({ isError: true, meta: { status: "denied" } });
    expect(writes().length).toBe(before);
    expect(issueOf(await agent.call("get_issue", { issue: keyOf(5) })).title).toBe("Issue 5");
  });

  test("a tracker that is down leaves what was synced to read, and refuses to write", async () => {
    server.served.faults.take = () => ({ kind: "answer", status: 503 });
    const read = await agent.call("get_issue", { issue: keyOf(4), include: ["comments"] });
    expect(read.structured).toMatchObject({
      read: "store",
      issue: { title: "Issue 4", comments: [{ body: "Comment on 4" }] },
    });
    expect(read.text).toContain("may have changed");
    const refused = await agent.call("update_issue", { issue: keyOf(4), title: "Lost" });
    expect(refused).toMatchObject({ isError: true });
    expect(refused.text).not.toContain(server.token);
    expect(await pendings(here, 0)).toEqual([]);
  });

  test("what names nothing, or nothing of ours, is refused with what to write", async () => {
    const unknown = await agent.call("get_issue", { issue: keyOf(999_999) });
    expect(unknown).toMatchObject({ isError: true });
    const odd = await agent.call("get_issue", { issue: "that one" });
    expect(odd.text).toContain(`work (${project})`);
    const misspelt = await agent.call("update_issue", { issue: keyOf(1), body: "x" });
    expect(misspelt).toMatchObject({ isError: true });
    expect(misspelt.text).toContain("body");
  });
});

test("without a tracker the six stay listed, and say how to configure one", async () => {
  const here = await makePlace({});
  const agent = await connect("SDK v2, modern era", here);
  try {
    expect(await agent.listTools()).toEqual(SIX);
    for (const [name, args] of [
      ["search", { query: "x" }],
      ["create_issue", { project: "acme/app", title: "t", description: "d" }],
    ] as const) {
      const answer = await agent.call(name, args);
      expect(answer).toMatchObject({ isError: true });
      expect(answer.text).toContain('"trackers"');
    }
    expect(await pendings(here, 0)).toEqual([]);
  } finally {
    await agent.close();
    await here.remove();
  }
});

test("an agent that may not read learns nothing from a call that would be asked about", async () => {
  const server = await DIALECTS.GitHub!();
  const reads = ["get_issue", "search"];
  const policy = { rules: [{ name: "no reading", tool: reads, action: "deny" }] };
  const here = await makePlace({ trackers: { work: server.config }, policy });
  await here.run("sync");
  const agent = await connect("SDK v1", here);
  try {
    for (const [name, args] of [
      ["update_issue", { issue: "acme/app#1" }],
      ["create_issue", { project: "acme/app", title: "Issue 1", description: "Body of issue 1." }],
    ] as const) {
      const answer = agent.call(name, args);
      const { id } = await nextPending(here);
      await here.run("approvals", "deny", id, "--reason", "no");
      expect((await answer).text).not.toContain("Body of");
    }
  } finally {
    await agent.close();
    await here.remove();
    await server.served.close();
  }
});
