import { spawn, spawnSync } from "node:child_process";
import { RESTORE } from "./terminal.ts";

/** A small process that gives the terminal back when this one is killed in a way that nobody can answer. */
export interface Guard {
  /** Says whose the terminal is: only one that is ours has to be given back. */
  tell(owner: "ours" | "theirs"): void;
  /** Nothing is left to guard. */
  release(): void;
}

// The pipe ends when we do, however we end. A terminal that was given back is left alone: leaving the alternate screen
// a second time puts the cursor where it was when we came, and what the shell writes next falls upon our last words.
const SCRIPT = `trap '' HUP INT TERM TTOU
owner=theirs
while read -r word; do owner=$word; done
[ "$owner" = theirs ] && exit
printf "$1" >&3
stty "$2" <&3`;

/** Starts a guard over a terminal; does nothing where there is no `sh`. Call it before raw mode. */
export function startGuard(stdout: NodeJS.WriteStream): Guard {
  const { fd } = stdout as { readonly fd?: number };
  if (process.platform === "win32" || fd === undefined) return { tell() {}, release() {} };
  const modes = spawnSync("stty", ["-g"], { stdio: [fd, "pipe", "ignore"], encoding: "utf8" }).stdout?.trim();
  const restore = RESTORE.replaceAll("\x1b", "\\033");
  const child = spawn("/bin/sh", ["-c", SCRIPT, "preloop-guard", restore, modes || "sane"], {
    stdio: ["pipe", "ignore", "ignore", fd],
    detached: true, // a signal to our group must not take it along
  });
  child.on("error", () => {}); // no sh: then only kill -9 leaves the terminal behind
  child.stdin?.on("error", () => {});
  child.unref();
  (child.stdin as unknown as { unref?(): void } | null)?.unref?.();
  return {
    // Small enough for the pipe to take at once: it is said even by a process that is about to end.
    tell: (owner) => child.stdin?.write(`${owner}\n`),
    release: () => child.stdin?.end("theirs\n"),
  };
}
