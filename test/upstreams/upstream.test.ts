import { expect, test } from "vitest";
import { fixture, start, until } from "./support.ts";

const call = (name: string, recheck: () => Promise<void>) => ({
  method: "tools/call",
  params: JSON.stringify({ name, arguments: {} }),
  recheck,
});

test("a request that had to wait for its server is looked at again before it leaves", async () => {
  const upstream = start(fixture("legacy-server.mjs"));
  const events: string[] = [];
  const refused = upstream.request({
    ...call("echo", () => Promise.reject(new Error("not the same"))),
    onSent: () => events.push("sent"),
  });
  await expect(refused).rejects.toThrow("not the same");
  expect(events).toEqual([]);
  await until(() => upstream.state.kind === "ready", "the server is up");
  await upstream.request(call("echo", async () => void events.push("looked at again")));
  expect(events).toEqual([]);
});
