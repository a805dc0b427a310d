import { type ChildProcess, spawn } from "node:child_process";
import { buildSource } from "./build-source.mjs";

/** Makes a program of `test/fixtures` that stands on `src` into one that Node runs as it is; returns its path. */
export function buildFixture(name: string): Promise<string> {
  return buildSource(`fixtures/${name}.ts`, `-${process.pid}`);
}

/** A started program, its stdout line by line, and its end. */
export interface Started {
  readonly process: ChildProcess;
  readonly lines: readonly string[];
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

export function startProgram(
  program: string,
  args: readonly string[],
  through: readonly string[] = [],
): Started {
  const [command = process.execPath, ...words] = [...through, process.execPath, program, ...args];
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  let rest = "";
  child.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop()!;
    lines.push(...parts);
  });
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on("close", (status, signal) => resolve(status ?? signal));
  });
  return { process: child, lines, ended };
}
