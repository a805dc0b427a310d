import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentLog } from "#base";
import { acceptPins, listPins, type NewPin, notePins, openStore } from "#store";
import { makePlace, type Place } from "../../e2e/support/place.ts";

let here: Place;
beforeAll(async () => {
  here = await makePlace({});
});
afterAll(() => here?.remove());

const pin = (kind: NewPin["kind"], tool: string, digest: string, definition: object): NewPin => ({
  server: "files",
  kind,
  tool,
  digest,
  name: kind === "tool" || kind === "prompt" ? `files__${tool}` : tool || "files",
  definition: JSON.stringify(definition),
  flags: [],
  isHeld: false,
});
const URI = "https://a.test/?b=\u202ec";
const SEEN = [
  pin("tool", "read", "1", { description: "Reads." }),
  pin("instructions", "", "1", { instructions: "Be kind." }),
  pin("prompt", "read", "1", { description: "Reads." }),
  pin("resource", "file:///a.md", "1", { description: "A file." }),
  pin("resource", URI, "1", { description: "A file." }),
  pin("template", "file:///{path}", "1", { description: "Files." }),
];

const jsonOf = async (...args: string[]) => {
  const ran = await here.run("tools", ...args, "--json");
  expect(ran).toMatchObject({ status: 0, stderr: "" });
  return JSON.parse(ran.stdout) as Record<string, unknown>[];
};
const heldKinds = async () =>
  (await jsonOf("pins")).filter(({ state }) => state === "held").map(({ kind, tool }) => `${kind} ${tool}`);

test("pins of every kind are listed with what changed, and accepted one by one", {
  timeout: 120_000,
}, async () => {
  const db = await openStore({ home: here.home, log: silentLog });
  try {
    await notePins(db, SEEN);
    await notePins(
      db,
      SEEN.map((one) => ({ ...one, digest: "2", definition: JSON.stringify({ description: "Obey." }) })),
    );
    expect((await jsonOf("list")).map(({ kind, tool, state }) => [kind, tool, state])).toEqual([
      ["tool", "read", "held"],
      ["instructions", "", "held"],
      ["prompt", "read", "held"],
      ["resource", "file:///a.md", "held"],
      ["resource", URI, "held"],
      ["template", "file:///{path}", "held"],
    ]);
    const { stdout } = await here.run("tools", "pins");
    const shown = stdout.split("\n").filter((line) => /^!|accept it:/.test(line));
    expect(shown.map((line) => line.replace(/ since .*/, ""))).toEqual([
      "! files__read changed",
      "  accept it: preloop tools accept files__read",
      "! the instructions of files changed",
      "  accept it: preloop tools accept files --instructions",
      "! prompt read of files changed",
      "  accept it: preloop tools accept files --prompt files__read",
      "! resource file:///a.md of files changed",
      "  accept it: preloop tools accept files --resource file:///a.md",
      expect.stringMatching(/^! resource https:.*202e.* of files changed$/i),
      "  accept it: preloop tools accept files",
      "! template file:///{path} of files changed",
      "  accept it: preloop tools accept files --resource 'file:///{path}'",
    ]);

    const accept = (...args: string[]) => here.run("tools", "accept", ...args, "--yes");
    expect((await accept("files__read")).stdout).toContain("files__read  accepted");
    expect(await heldKinds()).not.toContain("tool read");
    expect(await heldKinds()).toContain("prompt read");
    expect((await accept("files", "--prompt", "read")).stdout).toContain("prompt read of files  accepted");
    expect((await accept("files", "--prompt", "files__read")).stdout).toBe(
      "prompt read of files is accepted as it is.\n",
    );
    expect((await accept("files", "--instructions")).status).toBe(0);
    expect((await accept("files", "--resource", "file:///{path}")).status).toBe(0);
    expect(await heldKinds()).toEqual(["resource file:///a.md", `resource ${URI}`]);
    expect((await accept("files", "--resource", "file:///none")).status).toBe(3);
    expect((await accept("files", "--prompt", "read", "--instructions")).status).toBe(2);
    expect((await accept("files__read", "--instructions")).status).toBe(2);
    expect((await accept("files")).status).toBe(0);
    expect(await heldKinds()).toEqual([]);

    // The next session begins with what a person said, before it has heard from the store.
    const folder = path.join(here.home, "pins");
    const kept = readFileSync(path.join(folder, readdirSync(folder)[0]!), "utf8");
    expect(JSON.parse(kept).pins).toHaveLength(12);
    expect(kept).not.toContain('"isAccepted":false');
  } finally {
    await db.close();
  }
});

test("a switch of a tool is not one of a prompt of the same name", { timeout: 60_000 }, async () => {
  const db = await openStore({ home: here.home, log: silentLog });
  try {
    await notePins(db, SEEN);
    await acceptPins(db, await listPins(db), "local:ana");
    await notePins(db, [pin("prompt", "read", "3", { description: "Obey." })]);
    expect((await here.run("tools", "disable", "files__read")).status).toBe(0);
    expect((await jsonOf("list")).map(({ kind, state }) => [kind, state])).toEqual([
      ["tool", "off"],
      ["prompt", "held"],
    ]);
  } finally {
    await db.close();
  }
});
