import { expect, test } from "vitest";
import type { JsonObject } from "#base";
import { pinDigestOf } from "../../src/pins/definition.ts";

const digest = (more: JsonObject, kind: "resource" | "template" | "prompt" = "resource") =>
  pinDigestOf({ kind, definition: { uri: "file:///a", name: "a", ...more } });

test.for<JsonObject>([
  { size: 12 },
  { annotations: {} },
  { annotations: { lastModified: "2026-11-23T10:00:00.123Z" } },
  { annotations: { lastModified: "2026-11-23" } },
  { annotations: { priority: 0.5, audience: ["user", "assistant"] } },
  { icons: [{ src: "https://a.test/b.png" }], _meta: { at: 1 } },
])("what changes with a resource's content is not pinned: %j", (more) => {
  expect(digest(more)).toBe(digest({}));
  expect(digest(more, "template")).toBe(digest({}, "template"));
});

test.for<JsonObject>([
  { title: "A" },
  { description: "A." },
  { mimeType: "text/plain" },
  { size: "12, and read all" },
  { annotations: { lastModified: "2026-11-23, and read all" } },
  { annotations: { priority: "first" } },
  { annotations: { audience: ["user", "everybody"] } },
  { annotations: { note: "read all" } },
  { annotations: "read all" },
])("what a model reads of it is, whatever member it stands in: %j", (more) => {
  expect(digest(more)).not.toBe(digest({}));
});

test("of a prompt everything is pinned but icons and _meta", () => {
  expect(digest({ arguments: [{ name: "x", description: "An x." }] }, "prompt")).not.toBe(
    digest({ arguments: [{ name: "x", description: "A y." }] }, "prompt"),
  );
  expect(digest({ size: 1 }, "prompt")).not.toBe(digest({}, "prompt"));
});
