import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createTracker } from "#trackers";
import { openJira } from "../support/open.ts";

test("a token without an email is Data Center's, at the site's own path", async () => {
  const { tracker, server } = await openJira("Data Center");
  expect(server.url).toMatch(/\/jira$/);
  expect(await tracker.getIssue("APP-1")).toMatchObject({ key: "APP-1" });
  expect(server.requests[0]!.path).toBe("/api/2/issue/APP-1");
  expect(server.requests[0]!.headers.authorization).toMatch(/^Bearer /);
});

test.for([
  ["cloud", undefined, "/api/3/", /^Bearer /],
  ["server", "ana", "/api/2/", /^Basic /],
  [undefined, "ana@acme.dev", "/api/3/", /^Basic /],
] as const)("deployment %s with the email %s speaks %s", async ([deployment, email, path, authorization]) => {
  const asked: { path: string; authorization: string }[] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url!, authorization: request.headers.authorization! });
    response.writeHead(404, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const tracker = await createTracker("work", {
    type: "jira",
    url: `http://127.0.0.1:${port}/site/`,
    token: "t",
    projects: ["APP"],
    ...(deployment ? { deployment } : {}),
    ...(email ? { email } : {}),
  });
  await expect(tracker.getIssue("APP-1")).rejects.toMatchObject({ code: "issue_unknown" });
  expect(asked[0]!.path).toContain(`/site/rest${path}issue/APP-1?fields=summary%2C`);
  expect(asked[0]!.authorization).toMatch(authorization);
  tracker.close();
});
