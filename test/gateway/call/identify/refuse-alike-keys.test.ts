import { expect, test } from "vitest";
import { refuseAlikeKeys } from "../../../../src/gateway/call/identify/refuse-alike-keys.ts";

const both = { type: "object", properties: { path: {}, Path: {} } };

test("two arguments that a server may take for one are refused, both named", () => {
  expect(() => refuseAlikeKeys({ path: "/srv/x", Path: "/etc/shadow" }, {}, "s__write")).toThrow(
    'Invalid params: s__write has the arguments "path" and "Path", which servers may take for one.',
  );
});

test("a schema that declares both tells them apart", () => {
  expect(() => refuseAlikeKeys({ path: 1, Path: 2 }, both, "t")).not.toThrow();
  expect(() => refuseAlikeKeys({ path: 1, Path: 2, PATH: 3 }, both, "t")).toThrow(/"PATH"/);
  expect(() => refuseAlikeKeys({ path: 1, "path\0": 2 }, both, "t")).toThrow();
});

test("what a schema inherits it does not declare", () => {
  expect(() => refuseAlikeKeys({ toString: 1, TOSTRING: 2 }, { properties: {} }, "t")).toThrow();
});

test("arguments that stay apart pass, deeper twins too, which a person is asked about", () => {
  expect(() => refuseAlikeKeys({ path: 1, paths: 2, in: { a: 1, A: 2 } }, undefined, "t")).not.toThrow();
});
