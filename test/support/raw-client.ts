import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach } from "vitest";
import type { TestStore } from "./stores.ts";

const DAEMON = path.join(import.meta.dirname, "../../dist/daemon.js");

/** Connections of pg's own to a test's store, ended after the test. */
export function useRawClients(): (store: Pick<TestStore, "url" | "home">) => Promise<pg.Client> {
  const clients: pg.Client[] = [];
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.end().catch(() => {});
  });
  return async ({ url, home }) => {
    const client = new pg.Client(url ?? { host: path.join(home, "run"), port: newestOwner(home), ...PLAIN });
    client.on("error", () => {});
    clients.push(client);
    await client.connect();
    return client;
  };
}

const PLAIN = { user: "postgres", database: "postgres", password: "none", ssl: false } as const;

/** Starts a home's background process with options of the test's choice, and waits until it serves. */
export async function startDaemon(home: string, options: readonly string[]): Promise<ChildProcess> {
  const run = path.join(home, "run");
  mkdirSync(run, { recursive: true, mode: 0o700 });
  const daemon = spawn(process.execPath, [DAEMON, home, run, ...options], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {},
  });
  let said = "";
  daemon.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  while (!said.includes("ready")) {
    if (daemon.exitCode !== null) throw new Error(`the daemon left: ${said}`);
    await sleep(20);
  }
  return daemon;
}

/** The newest generation of a home. */
export function newestOwner(home: string): number {
  const names = readdirSync(path.join(home, "run"));
  return Math.max(...names.map((name) => Number(/^\.s\.PGSQL\.(\d+)$/.exec(name)?.[1] ?? 0)));
}
