import { chownSync } from "node:fs";
import { expect, onTestFinished, test } from "vitest";
import { BIN } from "../support/run-preloop.ts";
import { openBytes } from "./support/bytes.ts";
import { ledgerServer, makePlace, type Place, type PlaceOptions } from "./support/place.ts";
import { isRunnableAs, STRANGER, stranger } from "./support/stranger.ts";

const strangerTest = isRunnableAs ? test : test.skip;
const note = isRunnableAs ? "" : " [SKIPPED: needs root, and a checkout that others can read]";

async function placeWithout(names: readonly string[], options: PlaceOptions = {}): Promise<Place> {
  const here = await makePlace({ servers: ledgerServer, policy: { default: "allow" }, ...options });
  onTestFinished(() => here.remove());
  for (const name of names) delete here.env[name];
  return here;
}

async function placeOfStranger(names: readonly string[]): Promise<Place> {
  const here = await placeWithout(names, { program: [...stranger, process.execPath, BIN] });
  for (const file of [here.home, here.config, here.folder]) chownSync(file, STRANGER, STRANGER);
  return here;
}

test("a home that cannot be made is named by what needs it, with what to do", async () => {
  const here = await placeWithout(["PRELOOP_HOME"]);
  here.env.HOME = "/dev/null";
  for (const command of [[], ["approvals", "list"], ["audit", "list"]]) {
    const { status, stdout, stderr } = await here.run(...command);
    expect.soft({ command, status, stdout }).toEqual({ command, status: 8, stdout: "" });
    expect.soft(stderr).toMatch(/PRELOOP_HOME \/dev\/null\S+ cannot be created: .*; set PRELOOP_HOME/);
  }
  const { status, stdout } = await here.run("doctor");
  expect(status).toBe(10);
  expect(stdout).toMatch(/^broken +home .*\n +mend: .*set PRELOOP_HOME/m);
});

strangerTest(`a user without a home directory is told to name one${note}`, async () => {
  for (const home of [undefined, "", "somewhere"]) {
    const here = await placeOfStranger(["PRELOOP_HOME", "HOME"]);
    if (home !== undefined) here.env.HOME = home;
    const { status, stdout, stderr } = await here.run();
    expect({ home, status, stdout }).toEqual({ home, status: 8, stdout: "" });
    expect(stderr).toMatch(/no home directory; set PRELOOP_HOME/);
  }
});

strangerTest(`a user without a home directory is served out of PRELOOP_HOME${note}`, async () => {
  const here = await placeOfStranger(["HOME"]);
  const agent = await openBytes(here);
  agent.call(1, "led__write", '{"note":"x"}');
  expect((await agent.answer(1)).result).toMatchObject({ content: [{ text: "write done" }] });
  expect(await agent.close()).toBe(0);
});
