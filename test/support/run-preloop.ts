import { spawn } from "node:child_process";
import path from "node:path";

export const ROOT = path.join(import.meta.dirname, "../..");
export const BIN = path.join(ROOT, "bin/preloop.js");

/** A program's end: its exit status, or the signal that ended it, and all that it printed. */
export interface Ran {
  readonly status: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** The whole environment: nothing is taken from the tests' own. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Runs a `preloop` command to its end. */
export function runPreloop(args: readonly string[], options: RunOptions): Promise<Ran> {
  return runProgram([process.execPath, BIN, ...args], options);
}

/** Runs any program to its end, with nothing on its stdin. */
export function runProgram([command, ...args]: readonly string[], options: RunOptions): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(command!, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => {
        said[name] += text;
      });
    child.on("error", reject);
    child.on("close", (status, signal) => resolve({ status: status ?? signal, ...said }));
  });
}
