import { expect, test } from "vitest";
import { manyIssues } from "../servers/seed.ts";
import { drain, gather, idsOf } from "../support/drain.ts";
import { openGitHub } from "../support/open.ts";

const draft = { project: "acme/app", title: "Dark mode", body: "Please. 🌚" };

test("an Enterprise Server is spoken to under its own path, by its own description", async () => {
  const { tracker } = await openGitHub({ isEnterprise: true });
  const issue = await tracker.createIssue({ ...draft, labels: ["ux"] });
  expect(await tracker.updateIssue(issue.key, { status: "closed" })).toMatchObject({ state: "closed" });
  expect(await idsOf(tracker, "acme/app")).toHaveLength(3);
});

test("an App acts with a token of its installation, which it asks for once", async () => {
  const { server } = await openGitHub();
  const { tracker } = await openGitHub(
    {},
    { config: { url: server.url, token: undefined, app: server.app } },
  );
  await tracker.getIssue("acme/app#1");
  await tracker.addComment("acme/app#1", "From an app");
  const asked = server.requests.map(({ method, path }) => `${method} ${path}`);
  expect(asked.filter((line) => line.includes("access_tokens"))).toHaveLength(1);
  expect(asked).toHaveLength(3);
});

test("an App whose key is none is told so, without the key", async () => {
  const app = {
    id: 1,
    privateKey: "-----BEGIN RSA PRIVATE KEY-----\\nc2VjcmV0\\n-----END RSA PRIVATE KEY-----",
    installation: 2,
  };
  const { tracker } = await openGitHub({}, { config: { token: undefined, app } });
  const error = await tracker.getIssue("acme/app#1").catch((reason: Error) => reason);
  expect(error).toMatchObject({
    code: "tracker_failed",
    message: expect.stringContaining("issue acme/app#1"),
  });
  expect(String((error as Error).stack)).not.toContain("c2VjcmV0");
});

test("a walk through a storm of the secondary limit brings everything", async () => {
  const seed = { projects: { "acme/app": manyIssues(150) } };
  const { tracker, server } = await openGitHub({ seed }, { retryPolicy: { maxWaitMs: 90_000 } });
  const body = { message: "You have exceeded a secondary rate limit" };
  for (const path of [/issues$/, /comments$/])
    server.faults.add({ fault: { kind: "answer", status: 403, body }, times: 3, path });
  const { issues, comments } = gather(await drain(tracker, "acme/app"));
  expect([issues.size, comments.size]).toEqual([150, 50]);
});

test("a budget that an answer calls spent is an error that says when, after which nobody asks", async () => {
  const { tracker, server } = await openGitHub();
  server.state.budget = 1;
  await tracker.getIssue("acme/app#1");
  const asked = server.requests.length;
  await expect(tracker.getIssue("acme/app#2")).rejects.toMatchObject({
    code: "tracker_limited",
    data: { retryAt: expect.any(String) },
  });
  expect(server.requests).toHaveLength(asked);
});
