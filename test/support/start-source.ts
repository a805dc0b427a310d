import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { bundleSource } from "./bundle-source.mjs";

const root = path.join(import.meta.dirname, "../..");

/** Makes a program of `test/fixtures` into one that Node runs as it is; returns its path. */
export const buildFixture = (name: string): Promise<string> =>
  bundleSource(path.join(root, "test/fixtures", `${name}.ts`));

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
