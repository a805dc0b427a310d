import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const PAGE = path.join(import.meta.dirname, "../docs/attack-cases.md");

/** What the page says: the tests of each case, without their endings; none where it says why not. */
function readPage(): Map<string, readonly string[]> {
  const rows = readFileSync(PAGE, "utf8").matchAll(/^\| (S-\d\d) \| .+ \| (.+) \|$/gm);
  return new Map(
    [...rows].map(([, id, cell]) => {
      const files = [...cell!.matchAll(/`([^`]+)`/g)].map(([, file]) => file!);
      expect(files.length > 0 || cell!.startsWith("there "), id).toBe(true);
      return [id!, files];
    }),
  );
}

/** What the tests say of themselves. */
function readTests(): Map<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const name of readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).sort()) {
    const file = /^(.+)\.test\.tsx?$/.exec(name)?.[1];
    if (file === undefined) continue;
    const text = readFileSync(path.join(import.meta.dirname, name), "utf8");
    for (const id of new Set(text.match(/\bS-\d\d\b/g))) found.set(id, [...(found.get(id) ?? []), file]);
  }
  return found;
}

test("the page of attack cases says of each which tests try it, or why none does", () => {
  const page = readPage();
  expect(page.size).toBe(65);
  const tests = readTests();
  for (const [id, files] of page) expect(tests.get(id) ?? [], id).toEqual(expect.arrayContaining([...files]));
  for (const id of tests.keys())
    expect(page.get(id)?.length, `${id} is tried, and the page says by none`).toBeGreaterThan(0);
});
