import { expect, test } from "vitest";
import { loadContract } from "../support/contracts.ts";
import { openGitLab } from "../support/open.ts";

test.skipIf(!loadContract("gitlab"))(
  "GitLab's description is here, and every exchange is held against it",
  async () => {
    const { tracker, server } = await openGitLab();
    await tracker.getIssue("acme/app#1");
    expect(server.requests.length).toBeGreaterThan(0);
    expect(server.violations).toEqual([]);
  },
);

test("a GitLab below its host's root is spoken to with an OAuth token", async () => {
  const { server } = await openGitLab({ path: "/git" });
  const config = { url: server.url, token: undefined, oauthToken: server.oauthToken };
  const { tracker } = await openGitLab({}, { config });
  expect(await tracker.getIssue("acme/app#1")).toMatchObject({
    url: `${server.origin}/git/acme/app/-/issues/1`,
  });
});
