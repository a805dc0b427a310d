import { expect, test } from "vitest";
import { opensWithQuestion, typeDocstrings } from "./docstrings.ts";
import { functionsOf } from "./functions.ts";
import { circlesOf, importsOf } from "./imports.ts";
import { doubledNames, exportedNames } from "./names.ts";
import { parseSource } from "./source.ts";
import { spreadOf } from "./spread.ts";
import { strayTests } from "./test-places.ts";

test("a factory is as long as all it holds, and what it holds counts as well", () => {
  const text = `
/** A counter. */
export function createCounter() {
  let count = 0;
  const add = () => {
    count++;
  };
  return {
    add,
    // Nobody else sees it.
    get() {
      return [count].map((one) => one);
    },
  };
}
declare function outside(): void;
class Late {
  constructor(readonly count: number) {}
  later = async () => 1;
}`;
  expect(
    functionsOf(parseSource("room/counter.ts", text)).map(({ name, line, lines }) => [name, line, lines]),
  ).toEqual([
    ["createCounter", 3, 13],
    ["add", 5, 3],
    ["get", 11, 3],
    ["a closure", 12, 1],
    ["constructor", 18, 1],
    ["later", 19, 1],
  ]);
});

test("a name belongs to the files that define it, not to the doors it passes", () => {
  const door = 'export { a } from "./a.ts";\nexport type { B } from "./b.ts";\nexport * from "./c.ts";';
  const text = `
import { d } from "./d.ts";
export function f(a: string): string;
export function f(a: number): number;
export function f(a: unknown) { return a; }
export const { g, h: [i] } = d, j = 1;
export type K = string;
const l = 1;
export { d, l as m };`;
  expect(exportedNames(parseSource("room/index.ts", door))).toEqual([]);
  expect(exportedNames(parseSource("room/f.ts", text))).toEqual(["f", "g", "i", "j", "K", "m"]);
});

test("a name is doubled when two rooms define it", () => {
  const sources = ["one/a.ts", "one/b.ts", "two/a.ts"].map((file) =>
    parseSource(file, `export const ${file.startsWith("one") ? "both" : "alone"} = 1;`),
  );
  expect(doubledNames(sources)).toEqual([]);
  const other = parseSource("three/c.ts", "export interface both {}");
  expect(doubledNames([...sources, other])).toEqual([
    { name: "both", files: ["one/a.ts", "one/b.ts", "three/c.ts"] },
  ]);
});

test("an import is seen in whatever way it is written", () => {
  const text = `
import "./for-effect.ts";
import type { A } from "#types";
export * from "./passed-on.ts";
export const late = () => import("./late.ts");
export type B = import("./in-a-type.ts").B;`;
  expect(importsOf(parseSource("room/a.ts", text))).toEqual([
    "./for-effect.ts",
    "#types",
    "./passed-on.ts",
    "./late.ts",
    "./in-a-type.ts",
  ]);
});

test("a circle is closed by types, and by what is imported later, too", () => {
  const sources = [
    parseSource("room/a.ts", 'import { b } from "./inner/b.ts";'),
    parseSource("room/inner/b.ts", 'import type { A } from "../a.ts";'),
    parseSource("room/c.ts", 'import { d } from "./d.ts"; import { b } from "./inner/b.ts";'),
    parseSource("room/d.ts", 'export const c = () => import("./c.ts");'),
    parseSource("room/e.ts", 'import { c } from "./c.ts";'),
  ];
  expect(circlesOf(sources)).toEqual([
    ["room/a.ts", "room/inner/b.ts"],
    ["room/c.ts", "room/d.ts"],
  ]);
});

test.for([
  ["/** What came of it. */", true],
  ["/**\n * Whether it is so,\n * or not.\n */", true],
  ["/** Whatever came of it. */", false],
  ["/** An outcome: what came of it. */", false],
] as const)("%s opens with a question word: %s", ([comment, asks]) => {
  const [docstring] = typeDocstrings(parseSource("room/a.ts", `${comment}\nexport interface Outcome {}`));
  expect(opensWithQuestion(docstring!)).toBe(asks);
});

test("a percentile is the smallest number that so many do not pass", () => {
  expect(spreadOf([5, 1, 4, 2, 3, 6, 7, 8, 9, 10])).toEqual({ median: 5, p90: 9, max: 10 });
});

test("a test that bears no source's path and tells no journey is a stray", () => {
  const tests = [
    "room/a.test.ts",
    "room/inner/b.test.tsx",
    "room/b.test.ts",
    "room/story.test.ts",
    "room/journeys/story.test.ts",
    "e2e/story.test.ts",
    "floors.test.ts",
  ];
  const strays = strayTests(tests, ["room/a.ts", "room/inner/b.tsx", "room/index.ts"]);
  expect(strays).toEqual(["room/b.test.ts", "room/story.test.ts"]);
});
