import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A process that writes rows to a store; see test/fixtures/store/writer.ts. */
export interface Writer {
  readonly name: string;
  readonly child: ChildProcess;
  /** The rows that the store has acknowledged to it so far. */
  acknowledged(): number;
  /** What it said on stderr. */
  complaints(): string;
  ended(): Promise<number | null>;
}

export interface Task {
  readonly home: string;
  readonly url?: string;
  readonly name: string;
  readonly rows?: number;
}

export function startWriter(program: string, task: Task): Writer {
  const child = spawn(process.execPath, [program, JSON.stringify(task)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let complaints = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const end = once(child, "close").then(([code]) => code as number | null);
  return {
    name: task.name,
    child,
    acknowledged: () => said.split("\n").filter((line) => /^\d+$/.test(line)).length,
    complaints: () => complaints,
    ended: () => end,
  };
}
