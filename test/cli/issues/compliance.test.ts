import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentLog } from "#base";
import { openStore, saveIssues } from "#store";
import { poorBug } from "../../compliance/support/issues.ts";
import { makePlace, type Place } from "../../e2e/support/place.ts";
import { type OllamaDouble, startOllama } from "../../llm/servers/ollama.ts";
import { someIssue } from "../../support/issues.ts";

let place: Place;
let ollama: OllamaDouble;
beforeAll(async () => {
  place = await makePlace({});
  ollama = await startOllama();
  place.env.OLLAMA_HOST = "127.0.0.1:1";
  const db = await openStore({ home: place.home, log: silentLog });
  const title = "\u202eBroken\u001b[2J!!!";
  const body = "The page is red.\ntoken: ghp_abcdefghijklmnopqrstuvwxyz0123456789";
  const issues = [
    someIssue("1", { key: "acme/app#1", title: poorBug.title, body: poorBug.body, type: "Bug" }),
    someIssue("2", { key: "acme/app#2", title, body }),
  ];
  await db.transaction((tx) => saveIssues(tx, { tracker: "t", issues }));
  const twin = someIssue("1", { tracker: "other", key: "acme/app#1" });
  await db.transaction((tx) => saveIssues(tx, { tracker: "other", issues: [twin] }));
  await db.close();
});
afterAll(async () => {
  await ollama?.close();
  await place?.remove();
});

test("an issue is shown criterion by criterion, with what to do", async () => {
  const { status, stdout, stderr } = await place.run("compliance", "t:acme/app#1", "--improve");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(
    /^t:acme\/app#1 {2}App broken!!!\nDefinition of Ready 0\.\d\d \(higher is better\), as a bug, by rules alone\n/,
  );
  expect(stdout).toMatch(
    / {2}x fail {2}steps to reproduce +It does not say how to make it happen\.\n +→ Which steps/,
  );
  expect(stdout).not.toContain("who wants what");
  expect(stdout).toMatch(/By rules 0\.\d\d before, 0\.\d\d after:\n--- title\n\+\+\+ title/);
  expect(stdout).toContain("+TODO: What did you expect to happen?");
  expect(stdout).toMatch(/To be answered by people:\n {2}- /);
});

test("text that acts on a terminal, and secrets, are not shown", async () => {
  const { stdout } = await place.run("compliance", "acme/app#2", "--improve", "--metric", "risk");
  expect(stdout).toContain("Risk 1.00 (higher is riskier)");
  expect(stdout).toContain("\\u{202e}Broken\\x1b[2J");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not come out
  expect(stdout).not.toMatch(/[\u202e\u001b]|ghp_/);
});

test("--json is one document", async () => {
  const { stdout } = await place.run(
    "compliance",
    "t:acme/app#1",
    "acme/app#2",
    "--metric",
    "INVEST",
    "--improve",
    "--json",
  );
  const [first, second] = JSON.parse(stdout);
  expect(first).toMatchObject({ issue: "t:acme/app#1", metric: "INVEST", basis: "rules", kind: "bug" });
  expect(first.improvement).toMatchObject({ score_before: first.score, arguments: { title: "App broken" } });
  expect(second.score).toBe(0);
});

test.for<[string, readonly string[], number, RegExp]>([
  [
    "an issue that two trackers have",
    ["acme/app#1"],
    2,
    /could be other:acme\/app#1 or t:acme\/app#1|could be t:acme\/app#1 or other:/,
  ],
  ["an issue that the store has not", ["acme/app#9"], 3, /no issue "acme\/app#9".*preloop sync/],
  ["a metric there is not", ["acme/app#2", "--metric", "Dorr"], 2, /no metric Dorr; did you mean DoR/],
])("%s is told", async ([, args, status, message]) => {
  const ran = await place.run("compliance", ...args);
  expect(ran).toMatchObject({ status, stdout: "" });
  expect(ran.stderr).toMatch(message);
});

test("a model of the config has its say, is asked once, and can be left out", async () => {
  const config = JSON.parse(await readFile(place.config, "utf8"));
  await writeFile(place.config, JSON.stringify({ ...config, llm: { provider: "ollama", url: ollama.url } }));
  const words = [{ id: "bug.observed", verdict: "pass", quote: "it does not work", reason: "It says so." }];
  ollama.habits.answers = [JSON.stringify({ criteria: words })];
  const asked = () => ollama.requests.filter(({ path }) => path === "/api/chat").length;
  const first = await place.run("compliance", "t:acme/app#1");
  expect(first.stdout).toMatch(/by rules and ollama\/qwen3@/);
  await place.run("compliance", "t:acme/app#1");
  expect(asked()).toBe(1);
  expect((await place.run("compliance", "t:acme/app#1", "--rules")).stdout).toContain("by rules alone");
});
