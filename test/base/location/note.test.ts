import { expect, test } from "vitest";
import { locationNote, locationNotes } from "#base";

test.for<[text: string, note: string]>([
  ["/srv/app/../../etc/shadow", "resolves to /etc/shadow"],
  ["/srv/%2e%2e/etc/shadow", "resolves to /etc/shadow"],
  ["/srv/．．/etc/shadow", "resolves to /etc/shadow"],
  ["src\\..\\..\\x", "resolves to ../x"],
  ["src%2f..%2f..%2fx", "resolves to ../x"],
  ["~/a/../../etc", "resolves to ~/../etc"],
  ["file:///etc/shadow", "resolves to /etc/shadow"],
  ["C:\\srv\\x::$DATA", "resolves to C:/srv/x"],
  ["/srv/x /y", "resolves to /srv/x/y"],
  ["https://api/v1/..%2fadmin", "resolves to https://api/admin"],
  ["http://2130706433/x", "resolves to http://127.0.0.1/x"],
  ["HTTPS://API.acme.dev:443/x", "resolves to https://api.acme.dev/x"],
  ["https://api.acme.dev\\@evil.dev/", "what it resolves to is not sure: it has a backslash after its host"],
  ["/srv/a\0b", "what it resolves to is not sure: it holds a control or invisible character"],
])("S-68 the text %j %s", ([text, note]) => {
  expect(locationNote(text)).toBe(note);
});

test.for([
  "",
  "notes.md",
  "./src/a.ts",
  "src/a.ts",
  "/srv/app/",
  "/srv//app",
  "C:\\Users\\ana",
  "c:/Users",
  "~/work",
  "/srv/naïve",
  "/srv/nai\u0308ve",
  "https://api.acme.dev/a%20b?c=%2e#d",
  "https://api.acme.dev",
  "acme/app",
  "100%",
  "and then ../x",
  "git log -- a/../b",
  "one/two\nthree/../four",
])("the text %j says what it names, or names nothing", (text) => {
  expect(locationNote(text)).toBeUndefined();
});

test("S-68 the texts in lists and objects are noted with their place, as many as somebody would read", () => {
  expect(locationNotes({ n: 1, files: ["a", { path: "/a/../b" }], path: "/c/%2e%2e/d" })).toEqual([
    { at: "files[1].path", note: "resolves to /b" },
    { at: "path", note: "resolves to /d" },
  ]);
  expect(locationNotes("/a/../b")).toEqual([{ at: "", note: "resolves to /b" }]);
  expect(locationNotes(Array.from({ length: 1_000 }, () => "/a/../b"))).toHaveLength(50);
});
