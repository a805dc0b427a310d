import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "#base";

/** A new, empty home. */
export function makeHome(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "preloop-test-"));
}

/** Ends a home's background process and removes the home. */
export async function removeHome(home: string): Promise<void> {
  await stopOwner(home);
  // A process that is just ending may still write a last file.
  await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** The processes that have owned a home's embedded store, oldest first, by what their log says. */
export function ownersOf(home: string): readonly number[] {
  const file = path.join(home, "db.log");
  const log = existsSync(file) ? readFileSync(file, "utf8") : "";
  return [...log.matchAll(/ (\d+) owns generation /g)].map((match) => Number(match[1]));
}

/** Ends the embedded store's background process, by its id. */
export async function stopOwner(home: string): Promise<void> {
  for (const pid of ownersOf(home).filter(isAlive)) {
    process.kill(pid, "SIGKILL");
    while (isAlive(pid)) await sleep(10);
  }
}
