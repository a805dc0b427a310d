import { spawn } from "node:child_process";
import fs from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { PreloopError } from "#base";
import type { PreparedHome } from "./home.ts";
import { livingGeneration } from "./ownership.ts";
import { daemonProgram } from "./paths.ts";

const START_TIMEOUT_MS = 60_000;
const RESPAWN_MS = 2_000;
const MAX_FAILURES = 2;
const MAX_LOG_BYTES = 1 << 20;

/** How many owners that one search has started ended in failure. */
export interface StartFailures {
  count: number;
}

/** The generation of a living owner, started when there is none. It may not have opened its data yet, and may fail to. */
export async function findOrStartOwner(home: PreparedHome, failures: StartFailures): Promise<number> {
  const giveUpAt = performance.now() + START_TIMEOUT_MS;
  let spawnAt = 0;
  for (;;) {
    const generation = await livingGeneration(home.runPath);
    if (generation !== undefined) return generation;
    if (failures.count >= MAX_FAILURES) throw failure(home, "did not start");
    if (performance.now() > giveUpAt)
      throw failure(home, `did not start within ${START_TIMEOUT_MS / 1_000} s`);
    if (performance.now() >= spawnAt) {
      start(home, () => failures.count++);
      spawnAt = performance.now() + RESPAWN_MS;
    }
    await sleep(10 + Math.random() * 30);
  }
}

function start(home: PreparedHome, onFailure: () => void): void {
  if (!fs.existsSync(daemonProgram()))
    throw new PreloopError("store_unavailable", `${daemonProgram()} is missing; run: npm run build`);
  const log = openLog(home.log);
  const child = spawn(process.execPath, [daemonProgram(), home.home, home.runPath], {
    detached: true,
    stdio: ["ignore", log, log],
    cwd: "/",
    // Nothing of ours: no secrets, and the same process whoever starts it.
    env: {},
  });
  child.on("error", onFailure);
  // It leaves with 0 when somebody else was faster; one that was killed says nothing about the next.
  child.on("exit", (code) => {
    if (code) onFailure();
  });
  child.unref();
  fs.closeSync(log);
}

function openLog(file: string): number {
  const size = fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_LOG_BYTES) fs.renameSync(file, `${file}.1`);
  return fs.openSync(
    file,
    fs.constants.O_WRONLY | fs.constants.O_APPEND | fs.constants.O_CREAT | fs.constants.O_NOFOLLOW,
    0o600,
  );
}

/** What the log says last, for people. */
export function failure(home: PreparedHome, what: string): PreloopError {
  const last = lastLine(home.log);
  return new PreloopError(
    "store_unavailable",
    `The embedded store in ${home.home} ${what}${last ? ` (${last})` : ""}; see ${home.log}`,
  );
}

function lastLine(file: string): string | undefined {
  try {
    return fs.readFileSync(file, "utf8").trimEnd().split("\n").at(-1);
  } catch {
    return undefined;
  }
}
