import { expect, test } from "vitest";
import { stem } from "../../../src/search/text/stem.ts";
import { termsOf, tokenRuns } from "../../../src/search/text/tokens.ts";

const words = (text: string) => [...termsOf(text).keys()];

test.for([
  ["The windows are crashing", ["window", "crash"]],
  ["Crashed after it crashes", ["crash"]],
  ["Ti.UI.createWindow fails", ["ti.ui.createwindow", "ti", "ui", "createwindow", "creat", "window", "fail"]],
  ["parse_json_body", ["parse_json_body", "pars", "json", "body"]],
  ["HTTPServer", ["httpserver", "http", "server"]],
  ["std::vector", ["std::vector", "std", "vector"]],
  ["acme/app#7", ["acme/app#7", "acme", "app"]],
  ["ECONNREFUSED 127.0.0.1", ["econnrefus", "127.0.0.1", "127"]],
  ["Größe ÄNDERN", ["größe", "ändern"]],
  ["Ошибка входа", ["ошибка", "входа"]],
  ["ログイン失敗", ["ログ", "グイ", "イン", "ン失", "失敗"]],
  ["لا يمكن تسجيل الدخول", ["لا", "يمكن", "تسجيل", "الدخول"]],
  ["🎉🔥 ‮", []],
  ["", []],
] as const)("%s is read as %j", ([text, expected]) => {
  expect(words(text)).toEqual(expected);
});

test("what looks different and is the same letter is read the same", () => {
  expect(words("café ﬁle")).toEqual(words("cafe\u0301 file"));
});

test("a name too long to be searched for is left out, and its neighbours are not", () => {
  expect(words(`key ${"x".repeat(200)} end`)).toEqual(["key", "end"]);
});

test("runs say where they stand, also behind characters of two units", () => {
  const text = "🎉 login_failed!";
  const [run] = tokenRuns(text);
  expect(text.slice(run!.start, run!.end)).toBe("login_failed");
});

test.for([
  [["run", "runs", "running"], "run"],
  [["stop", "stops", "stopped", "stopping"], "stop"],
  [["query", "queries", "querying"], "query"],
  [["crash", "crashes", "crashed"], "crash"],
  [["release", "releases", "released", "releasing"], "releas"],
  [["install", "installing", "installed"], "install"],
  [["status"], "status"],
  [["class", "classes"], "class"],
  [["need", "needed"], "need"],
  [["exactly", "exact"], "exact"],
] as const)("%j have one stem", ([forms, expected]) => {
  expect([...new Set(forms.map(stem))]).toEqual([expected]);
});

test("a text of a megabyte without a space is read in no time to speak of", () => {
  expect(words("a.".repeat(500_000)).length).toBe(0);
  expect(words("é_".repeat(500_000)).length).toBeLessThan(3);
});
