import net from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "#base";
import type { PreparedHome } from "./home.ts";
import { failure, findOrStartOwner } from "./owner.ts";
import { socketName } from "./ownership.ts";
import { startup } from "./wire.ts";

/** A way to an owner that is known to answer. */
export interface Lease {
  /** The living owner's generation, which stays while the lease is held; a new owner when the old one died. */
  acquire(): Promise<number>;
  close(): void;
}

const ATTEMPTS = 20;
const ANSWER_MS = 60_000;

/** One idle connection per opened store: it keeps the owner from leaving, and tells when the owner died. */
export function createLease(home: PreparedHome): Lease {
  let held: Promise<number> | undefined;
  let line: net.Socket | undefined;
  let isClosed = false;

  async function take(): Promise<number> {
    const failures = { count: 0 };
    for (let attempt = 1; ; attempt++) {
      const generation = await findOrStartOwner(home, failures);
      try {
        line = await call(path.join(home.runPath, socketName(generation)));
        if (isClosed) line.destroy();
        return generation;
      } catch (error) {
        if (attempt === ATTEMPTS) throw failure(home, `does not answer: ${messageOf(error)}`);
        await sleep(20 + Math.random() * 60);
      }
    }
  }

  return {
    acquire() {
      held ??= take().then(
        (generation) => {
          line?.once("close", () => {
            held = undefined;
          });
          if (line?.destroyed) held = undefined;
          return generation;
        },
        (error) => {
          held = undefined;
          throw error;
        },
      );
      return held;
    },
    close() {
      isClosed = true;
      line?.destroy();
    },
  };
}

/** Resolves once the owner has answered a greeting: from then on it counts us among its clients. */
function call(socketPath: string): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(socketPath);
    const timer = setTimeout(() => socket.destroy(new Error("no answer")), ANSWER_MS);
    socket.once("connect", () => socket.write(startup({ user: "postgres", database: "postgres" })));
    socket.on("data", () => {
      clearTimeout(timer);
      socket.unref();
      resolve(socket);
    });
    socket.on("error", reject);
    socket.once("close", () => {
      clearTimeout(timer);
      reject(new Error("the owner went away"));
    });
  });
}
