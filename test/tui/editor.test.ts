import { expect, test } from "vitest";
import { editInFile, spawnInTerminal } from "../../src/tui/editor.ts";

const sh = (script: string) => spawnInTerminal(["/bin/sh", "-c", script, "editor"], "/tmp/a file");

test.for([
  ['[ "$1" = "/tmp/a file" ]', 0],
  ["exit 3", 3],
  ["kill -9 $$", 1],
] as const)("an editor that runs %s ends with status %i", async ([script, status]) => {
  expect(await sh(script)).toBe(status);
});

test.for(["/nonexistent/editor", "/"])("%s is no editor: 127, as a shell says it", async (program) => {
  expect(await spawnInTerminal([program], "/tmp/a")).toBe(127);
});

test("what an editor leaves is read, and what a failed one leaves is not", async () => {
  const edit = (script: string) => editInFile("old", ["/bin/sh", "-c", script, "editor"], spawnInTerminal);
  expect(await edit('printf new > "$1"')).toBe("new");
  expect(await edit('printf new > "$1"; exit 1')).toBeUndefined();
});
