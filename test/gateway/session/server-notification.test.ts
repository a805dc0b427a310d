import { expect, test } from "vitest";
import type { Upstream } from "#upstreams";
import { readServerNotification } from "../../../src/gateway/session/server-notification.ts";

const heard = (method: string, params?: unknown, more: object = {}) =>
  readServerNotification({
    upstream: { name: "s" } as Upstream,
    method: `notifications/${method}`,
    params: params === undefined ? undefined : JSON.stringify(params),
    era: "legacy",
    knowsLink: (server, id) => server === "s" && id === "mine",
    ...more,
  });

test("what a server tells goes on with what the protocol knows of it", () => {
  expect(heard("message", { level: "info", logger: "l", data: { big: 1 }, extra: 1 })).toBe(
    '{"level":"info","logger":"l","data":{"big":1}}',
  );
  expect(heard("resources/updated", { uri: "note://a", title: "x" })).toBe('{"uri":"note://a"}');
  expect(heard("elicitation/complete", { elicitationId: "mine", url: "javascript:x" })).toBe(
    '{"elicitationId":"mine"}',
  );
});

test.for(["custom/exec", "initialized", "roots/list_changed", "progress", "__proto__"])(
  "a notification that is no server's goes no further (%s)",
  (method) => {
    expect(heard(method, { a: 1 })).toBeUndefined();
  },
);

test("a server cannot say that another server's link is done with, nor say it to a client without such news", () => {
  expect(heard("elicitation/complete", { elicitationId: "theirs" })).toBeUndefined();
  expect(heard("elicitation/complete", { elicitationId: "mine" }, { era: "modern" })).toBeUndefined();
  expect(heard("resources/updated", { uri: 7 })).toBeUndefined();
});

test("a log line that nobody could read is left out, and its client is told how long it was", () => {
  const line = heard("message", { level: "error", data: "x".repeat(300_000) })!;
  expect(JSON.parse(line)).toEqual({
    level: "error",
    data: expect.stringMatching(/^a log line of 3\d{5} characters was left out$/),
  });
});
