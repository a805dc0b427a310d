import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { silentLog } from "#base";
import { type ClientSettings, createTokens, logIn } from "#logins";
import type { Db } from "#store";

export const SECRET = Buffer.from("a secret key of at least thirty-two bytes");

type Stats = Readonly<Record<string, number>> & { readonly refused: readonly string[] };

export interface GuardedServer {
  readonly url: string;
  readonly child: ChildProcess;
  stats(): Promise<Stats>;
  post(where: "expire" | "revoke"): Promise<void>;
}

/** An MCP server behind an authorization server; see the fixture for its options. */
export async function guardedServer(...options: string[]): Promise<GuardedServer> {
  const program = path.join(import.meta.dirname, "../fixtures/oauth-server.mjs");
  const child = spawn(process.execPath, [program, ...options], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const url = await new Promise<string>((resolve) =>
    createInterface({ input: child.stdout }).once("line", resolve),
  );
  return {
    url,
    child,
    stats: async () => (await (await fetch(new URL("/stats", url))).json()) as Stats,
    post: async (where) => void (await fetch(new URL(`/${where}`, url))),
  };
}

/** A browser whose person agrees to everything: follows the redirects to the end. */
export async function browse(address: URL): Promise<void> {
  await fetch(address);
}

export const keyOf = (url: string, user = "local:ana") => ({ user, url });

export function logInAt(
  db: Db,
  url: string,
  more: { client?: ClientSettings; show?: (address: URL) => Promise<void>; signal?: AbortSignal } = {},
): Promise<void> {
  return logIn({
    db: async () => db,
    key: async () => SECRET,
    at: keyOf(url),
    client: more.client ?? {},
    signal: more.signal ?? AbortSignal.timeout(30_000),
    // Not awaited: a browser answers in its own time.
    show: more.show ?? (async (address) => void browse(address)),
  });
}

export function tokensAt(db: Db, url: string, user?: string, times = {}) {
  const at = keyOf(url, user);
  return createTokens({ at, db: async () => db, key: async () => SECRET, log: silentLog, times });
}
