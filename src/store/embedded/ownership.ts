import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { codeOf } from "#base";

/**
 * Ownership of a home without lock files, process ids or timeouts. An owner's listening socket, named by a generation
 * that only grows, is its claim: binding a fresh name is exclusive, and connecting tells the kernel's truth about
 * whether its holder lives. A candidate listens first and looks afterwards, and goes on only when every other
 * generation is dead. Nobody removes the newest name but its successor, so no name is ever used twice.
 */
export interface Claim {
  readonly generation: number;
}

/** Named so that `psql -h <run> -p <generation>` finds it. */
export function socketName(generation: number): string {
  return `.s.PGSQL.${generation}`;
}

/** The generations that have a name, newest first. */
export function generationsIn(run: string): readonly number[] {
  return fs
    .readdirSync(run)
    .flatMap((name) => /^\.s\.PGSQL\.(\d{1,9})$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => b - a);
}

/** The generation of the living owner. */
export async function livingGeneration(run: string): Promise<number | undefined> {
  for (const generation of generationsIn(run)) if (await isAlive(run, generation)) return generation;
  return undefined;
}

/** Becomes the owner of `run`, or learns that somebody else is. */
export async function claim(run: string, onSocket: (socket: net.Socket) => void): Promise<Claim | undefined> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const seen = generationsIn(run);
    if (await anyAlive(run, seen)) return undefined;
    const generation = (seen[0] ?? 0) + 1;
    const server = net.createServer(onSocket);
    if (!(await listens(server, path.join(run, socketName(generation))))) continue;
    const rivals = generationsIn(run).filter((other) => other !== generation);
    if (!(await anyAlive(run, rivals))) {
      for (const old of seen) fs.rmSync(path.join(run, socketName(old)), { force: true });
      return { generation };
    }
    await new Promise((resolve) => server.close(resolve)); // removes our own name
    await sleep(5 + Math.random() * 50);
  }
  return undefined;
}

function listens(server: net.Server, socket: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    // It stays: an error of a later accept is no reason to end.
    server.on("error", (error) => (codeOf(error) === "EADDRINUSE" ? resolve(false) : reject(error)));
    server.listen(socket, () => resolve(true));
  });
}

async function anyAlive(run: string, generations: readonly number[]): Promise<boolean> {
  for (const generation of generations) if (await isAlive(run, generation)) return true;
  return false;
}

const DEAD = new Set(["ECONNREFUSED", "ENOENT", "ENOTSOCK"]);
const TOO_BUSY_TO_SAY = new Set(["EAGAIN", "ECONNRESET", "EPIPE", "EMFILE", "ENFILE"]);

function isAlive(run: string, generation: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(path.join(run, socketName(generation)));
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error) => {
      const code = codeOf(error) ?? "";
      if (DEAD.has(code)) resolve(false);
      else if (TOO_BUSY_TO_SAY.has(code)) resolve(true);
      else reject(error);
    });
  });
}
