import { type Log, messageOf, type PreloopError } from "#base";
import { exitStatusOf } from "./exit.ts";

/** How long the end may take before the process ends all the same; servers that stay are given six seconds of it. */
const FAREWELL_MS = 10_000;

/** The ways a serving process ends. The first one counts. */
export interface Farewell {
  leave(why: string, status: number): void;
  /** Says the error on stderr and leaves with its status. */
  giveUp(error: PreloopError): void;
}

/** Ends the process once, after `close`; signals that ask for it are heard from now on. */
export function createFarewell(close: () => Promise<void>, log: Log): Farewell {
  let leaving = false;
  function leave(why: string, status: number): void {
    if (leaving) return;
    leaving = true;
    log.debug(`leaving: ${why}`);
    setTimeout(() => process.exit(status), FAREWELL_MS).unref();
    void close()
      .catch((error) => log.warn(`not everything ended cleanly: ${messageOf(error)}`))
      .finally(() => process.exit(status));
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => leave(signal, 0));
  return {
    leave,
    giveUp(error) {
      const status = exitStatusOf(error, (text) => process.stderr.write(text));
      leave(error.message, status);
    },
  };
}
