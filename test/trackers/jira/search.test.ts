import { describe, expect, test } from "vitest";
import { drain } from "../support/drain.ts";
import { DEPLOYMENTS, openJira } from "../support/open.ts";

describe.each(DEPLOYMENTS)("a search of Jira %s", (kind) => {
  test("names a search that was taken away", async () => {
    const { tracker, server } = await openJira(kind);
    server.faults.add({
      path: /search/,
      fault: { kind: "answer", status: 410, body: { errorMessages: ["has been removed"], errors: {} } },
    });
    await expect(drain(tracker, "APP")).rejects.toMatchObject({
      code: "tracker_failed",
      message: expect.stringContaining("410"),
    });
  });
});
