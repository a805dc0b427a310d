import { realpathSync } from "node:fs";
import { execaSync } from "execa";

/** A commit by the short form of its hash, and the first line of its message. */
export interface Commit {
  readonly hash: string;
  readonly subject: string;
}

/** The commits that the main branch does not have yet, the latest first; or the reason why nobody can tell. */
export type NewCommits =
  | { readonly kind: "found"; readonly base: string; readonly commits: readonly Commit[] }
  | { readonly kind: "nothing to compare with"; readonly why: string }
  | { readonly kind: "unknown"; readonly why: string };

/** Looks at the git repository whose top is `root`, and at no other that may lie around it. Merges are left out. */
export function findNewCommits(root: string): NewCommits {
  const git = (...args: readonly string[]) => runGit(root, args);
  const top = git("rev-parse", "--show-toplevel");
  if (top === undefined || realpathSync(top) !== realpathSync(root))
    return unknown("git sees no repository here");
  const isHere = (name: string) => git("rev-parse", "--verify", "--quiet", `${name}^{commit}`) !== undefined;
  const base = ["origin/main", "main"].find(isHere);
  if (base === undefined) return unknown("there is no main branch here");
  if (base === "main" && git("symbolic-ref", "--quiet", "HEAD") === "refs/heads/main")
    return { kind: "nothing to compare with", why: "this is main itself, and it has no remote" };
  if (git("merge-base", base, "HEAD") === undefined)
    return unknown(`a shallow clone does not show where this left ${base}`);
  const commits = git(
    "-c",
    "log.showSignature=false",
    "log",
    "--no-merges",
    "--format=%h %s",
    `${base}..HEAD`,
  );
  if (commits === undefined) return unknown("git does not list the commits");
  return { kind: "found", base, commits: commits.split("\n").filter(Boolean).map(readCommit) };
}

function unknown(why: string): NewCommits {
  return { kind: "unknown", why };
}

// Run from a hook, git would be told of a repository by the environment.
const HOOK = { GIT_DIR: undefined, GIT_WORK_TREE: undefined, GIT_INDEX_FILE: undefined };

function runGit(cwd: string, args: readonly string[]): string | undefined {
  const { failed, stdout } = execaSync("git", args, { cwd, env: HOOK, reject: false });
  return failed ? undefined : stdout;
}

function readCommit(line: string): Commit {
  const [hash = ""] = line.split(" ", 1);
  return { hash, subject: line.slice(hash.length + 1) };
}
