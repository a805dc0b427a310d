import { readdirSync } from "node:fs";
import path from "node:path";

/** Folders of `test` that try the program, its package or this repository as a whole, and so mirror no room. */
const WHOLE = /^(attack|bench|commits|conformance|counts|demo|e2e|eval|fuzz|nodes|pack|soak)$/;

/** The test files in the folder `test`, relative to it, with slashes, by the alphabet. */
export function readTests(test: string): readonly string[] {
  return readdirSync(test, { recursive: true, encoding: "utf8" })
    .map((file) => file.split(path.sep).join("/"))
    .filter((file) => /\.test\.tsx?$/.test(file))
    .sort();
}

/**
 * The tests that nobody finds by their name: those that bear no source's path (`room/a.test.ts` for `room/a.ts`) and tell
 * no journey (`room/journeys/story.test.ts`).
 */
export function strayTests(tests: readonly string[], sources: readonly string[]): readonly string[] {
  const mirrored = new Set(sources.map((file) => file.replace(/\.tsx?$/, "")));
  return tests.filter((file) => {
    const [folder = "", ...inside] = file.split("/");
    if (inside.length === 0 || WHOLE.test(folder) || inside.at(-2) === "journeys") return false;
    return !mirrored.has(file.replace(/\.test\.tsx?$/, ""));
  });
}
