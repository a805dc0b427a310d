import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { BUILTIN_SPACE } from "#search";
import { analyzeText } from "../../../src/search/text/analyze-text.ts";
import { builtinVector } from "../../../src/search/text/builtin-vector.ts";
import { termNumber } from "../../../src/search/text/term-weights.ts";

const TEXTS = [
  {
    title: "Ti.UI.createWindow() crashes on Android 5.1",
    body: "Steps:\n1. open the app\n2. rotate\n\nresult: ANR",
  },
  { title: "登录失败 🎉", body: "لا يمكن تسجيل الدخول" },
  { title: "", body: "" },
];
const vector = (title: string, body = "") => builtinVector(analyzeText({ title, body }));
const similarity = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, value, at) => sum + value * b[at]!, 0);

// Vectors of another make must not be compared with stored ones. When this fails, what was changed makes another space:
// raise the number in BUILTIN_SPACE, and then take over the new hash.
test("the built-in space is what its name has always meant", () => {
  const hash = createHash("sha256").update(BUILTIN_SPACE.id);
  // Rounded, since a library's logarithm may differ in its last bit from one machine to another.
  for (const text of TEXTS)
    for (const value of builtinVector(analyzeText(text))) hash.update(`${Math.round(value * 1e4)} `);
  expect(hash.digest("hex")).toBe("3305ae5ff083102a072ae59cf4957450d2ee98a8b5829f10b985ce9ddfecfaac");
  expect(termNumber("createwindow")).toBe(283172038);
});

test("a vector has length one, and that of an empty text is nothing", () => {
  for (const text of TEXTS.slice(0, 2)) {
    const one = builtinVector(analyzeText(text));
    expect(one).toHaveLength(BUILTIN_SPACE.dimensions);
    expect(similarity(one, one)).toBeCloseTo(1, 5);
  }
  expect(vector("").every((value) => value === 0)).toBe(true);
});

test("a misspelt word and an inflected one are nearer than another word", () => {
  const login = vector("authentication failure");
  expect(similarity(login, vector("authentification failures"))).toBeGreaterThan(0.3);
  expect(similarity(login, vector("scroll position lost"))).toBeLessThan(0.15);
});

test("a long body does not drown the title", () => {
  const log = Array.from({ length: 2000 }, (_, n) => `line${n} value${n}`).join(" ");
  expect(
    similarity(vector("keyboard hides the field"), vector("keyboard hides the field", log)),
  ).toBeGreaterThan(0.5);
});

test("rare words of a query weigh more", () => {
  const text = analyzeText({ title: "app crashes in TableView", body: "" });
  const weighted = builtinVector(text, (term) => (term === "app" ? 0.1 : 3));
  const app = vector("app");
  expect(similarity(weighted, app)).toBeLessThan(similarity(builtinVector(text), app));
});
