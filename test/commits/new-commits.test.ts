import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { execaSync } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { findNewCommits } from "./new-commits.ts";

const hasGit = !execaSync("git", ["--version"], { reject: false }).failed;

test("a folder without git, or inside of another repository, is said to be none", () => {
  const folder = makeFolder();
  expect(findNewCommits(folder)).toMatchObject({ kind: "unknown", why: "git sees no repository here" });
  expect(findNewCommits(import.meta.dirname)).toMatchObject({ why: "git sees no repository here" });
});

describe.skipIf(!hasGit)(`the commits of a repository${hasGit ? "" : " [SKIPPED: there is no git]"}`, () => {
  test("on a branch, what main has is left out, and so are merges", () => {
    const repository = makeRepository();
    repository.commit("on main");
    repository.git("switch", "--quiet", "--create", "work");
    repository.commit("first");
    repository.git("switch", "--quiet", "main");
    repository.commit("meanwhile");
    repository.git("switch", "--quiet", "work");
    repository.git("merge", "--quiet", "--no-edit", "main");
    repository.commit("second\nin two lines\n\nand a body");
    expect(subjectsOf(repository.folder)).toEqual(["main", "second in two lines", "first"]);
    repository.git("switch", "--quiet", "--detach");
    expect(subjectsOf(repository.folder)).toEqual(["main", "second in two lines", "first"]);
  });

  test("on main without a remote there is nothing to compare with", () => {
    const { folder, commit } = makeRepository();
    commit("on main");
    expect(findNewCommits(folder)).toMatchObject({ kind: "nothing to compare with" });
  });

  test("a clone compares with the remote's main, on its own main too", () => {
    const origin = makeRepository();
    origin.commit("on main");
    const clone = makeRepository("clone", "--quiet", origin.folder, ".");
    expect(subjectsOf(clone.folder)).toEqual(["origin/main"]);
    clone.commit("not pushed");
    expect(subjectsOf(clone.folder)).toEqual(["origin/main", "not pushed"]);
  });

  test("a repository without a main branch is said to have none", () => {
    const { folder, git, commit } = makeRepository();
    commit("on trunk");
    git("branch", "--move", "trunk");
    expect(findNewCommits(folder)).toMatchObject({ kind: "unknown", why: "there is no main branch here" });
  });

  test("a clone too shallow to show where it left main is said to be one", () => {
    const origin = makeRepository();
    origin.commit("on main");
    origin.git("switch", "--quiet", "--create", "work");
    origin.commit("on work");
    origin.git("switch", "--quiet", "main");
    origin.commit("meanwhile");
    const shallow = ["clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=work"];
    const clone = makeRepository(...shallow, `file://${origin.folder}`, ".");
    expect(findNewCommits(clone.folder)).toMatchObject({
      kind: "unknown",
      why: "a shallow clone does not show where this left origin/main",
    });
  });
});

function subjectsOf(folder: string): readonly string[] {
  const found = findNewCommits(folder);
  if (found.kind !== "found") throw new Error(found.why);
  return [found.base, ...found.commits.map(({ subject }) => subject)];
}

function makeRepository(...init: readonly string[]) {
  const folder = makeFolder();
  const env = { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: "1" };
  const who = ["-c", "user.name=Someone", "-c", "user.email=someone@example.com"];
  const git = (...args: readonly string[]) =>
    void execaSync("git", [...who, ...args], { cwd: folder, env, extendEnv: false });
  if (init.length > 0) git(...init);
  else git("init", "--quiet", "--initial-branch=main");
  const commit = (message: string) => git("commit", "--quiet", "--allow-empty", "--message", message);
  return { folder, git, commit };
}

function makeFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "preloop-commits-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
