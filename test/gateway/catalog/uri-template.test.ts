import { describe, expect, test } from "vitest";
import { fitOf } from "../../../src/gateway/catalog/uri-template.ts";

describe("a URI", () => {
  test.for([
    ["note:///{id}", "note:///7"],
    ["note:///{id}", "note:///a%20b"],
    ["note:///{id}", "note:///a b"],
    ["users://{user}/posts/{post}", "users://ana/posts/1"],
    ["file:///{+path}", "file:///srv/a/b.txt"],
    ["file:///{path*}", "file:///srv/a/b.txt"],
    ["db://t{/rows*}", "db://t/a/b"],
    ["search://x{?q,limit}", "search://x?q=a%2Fb&limit=3"],
    ["search://x{?q}", "search://x"],
    ["doc://x{#part}", "doc://x#a/b"],
    ["pic://x{.format}", "pic://x.png"],
    ["a+b://(x)[y]{id}", "a+b://(x)[y]1"],
    ["plain:x", "plain:x"],
  ])("fits the template %s: %s", ([template, uri]) => {
    expect(fitOf(template!, uri!)).toBeGreaterThan(0);
  });

  test.for([
    ["note:///{id}", "note:/7"],
    ["note:///{id}", "note:///a/b"],
    ["note:///{id}", "note:///a?x=1"],
    ["note:///{id}", "NOTE:///7"],
    ["users://{user}/posts/{post}", "users://ana/x/posts/1"],
    ["evil:///{id}", "postgres://ana:s3cret@db/x"],
    ["file:///{+path}", "http://file:///x"],
    ["search://x{?q}", "search://xy"],
    ["a.b://{id}", "axb://1"],
  ])("does not fit the template %s: %s", ([template, uri]) => {
    expect(fitOf(template!, uri!)).toBeUndefined();
  });

  test("is held against a hostile template in bounded work", () => {
    expect(fitOf(`x:${"{+a}b".repeat(300)}`, `x:${"b".repeat(8_000)}c`)).toBeUndefined();
    expect(fitOf("x".repeat(100_000), "x")).toBeUndefined();
    expect(fitOf("x:{unclosed", "x:1")).toBeUndefined();
  });

  test("that fits several templates fits best the one that says most of it", () => {
    const fits = (template: string) => fitOf(template, "file:///srv/a")!;
    expect(fits("file:///srv/{name}")).toBeGreaterThan(fits("file:///{+path}"));
  });
});
