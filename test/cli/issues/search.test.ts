import { afterEach, beforeEach, expect, test } from "vitest";
import { silentLog } from "#base";
import { indexStale } from "#search";
import { type Db, openStore } from "#store";
import { NO_MODELS, save } from "../../search/support.ts";
import { makeHome, removeHome } from "../../support/embedded.ts";
import { someIssue } from "../../support/issues.ts";
import { type Ran, runPreloop } from "../../support/run-preloop.ts";

const KEY = "k".repeat(32);

let home: string;
let db: Db | undefined;
beforeEach(async () => {
  home = await makeHome();
});
afterEach(async () => {
  await db?.close();
  db = undefined;
  await removeHome(home);
});

function preloop(...args: readonly string[]): Promise<Ran> {
  const env = { PATH: process.env.PATH ?? "", HOME: home, PRELOOP_HOME: home, SECRET_KEY: KEY };
  return runPreloop(args, { cwd: home, env });
}

test("search and duplicates print what they find, for people and for programs", {
  timeout: 120_000,
}, async () => {
  expect(await preloop("search", "anything")).toMatchObject({
    status: 0,
    stdout: "",
    stderr: expect.stringContaining("preloop sync"),
  });
  db = await openStore({ home, log: silentLog });
  await save(db, [
    someIssue("1", {
      title: "Login fails behind a proxy",
      body: "ECONNREFUSED \u001b[2J when HTTP_PROXY is set",
    }),
    someIssue("2", {
      title: "Login refused with a proxy",
      body: "HTTP_PROXY and ECONNREFUSED",
      status: "Doing",
    }),
    someIssue("3", { title: "Dark theme" }),
  ]);
  await indexStale(db, NO_MODELS);

  const shown = await preloop("search", "login", "proxy");
  expect(shown).toMatchObject({ status: 0, stderr: "" });
  expect(shown.stdout).toMatch(/^p#[12] {2}Login/);
  expect(shown.stdout).toContain("\\x1b[2J");
  const json = JSON.parse((await preloop("search", "login", "--status", "doing", "--json")).stdout);
  expect(json).toMatchObject([{ issue: "t:p#2", status: "Doing", matched: ["Login"] }]);
  expect(await preloop("search", "login", "--limit", "x")).toMatchObject({ status: 2 });
  expect(await preloop("search", "login", "--mode", "x")).toMatchObject({ status: 2 });

  const pairs = JSON.parse((await preloop("duplicates", "--threshold", "0.3", "--json")).stdout);
  expect(pairs).toMatchObject([{ newer: { issue: "t:p#2" }, older: { issue: "t:p#1" } }]);
  expect((await preloop("duplicates")).stdout).toContain("not judged");
  expect(await preloop("duplicates", "--threshold", "2")).toMatchObject({ status: 2 });
});
