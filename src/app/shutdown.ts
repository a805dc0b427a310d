import { type Log, messageOf, type PreloopError } from "#base";

/** How long the end may take before the process ends all the same; servers that stay are given six seconds of it. */
const SHUTDOWN_MS = 10_000;

/** The ways in which a serving process ends. The first one counts. */
export interface Shutdown {
  exit(why: string, status: number): void;
  /** Tells people of the error, and ends with the status that is its. */
  fail(error: PreloopError): void;
}

export interface ShutdownOptions {
  /** Ends what the process serves. */
  readonly close: () => Promise<void>;
  /** Tells people of an error, and gives its exit status. */
  readonly report: (error: PreloopError) => number;
  readonly log: Log;
}

/** Ends the process once, after `close`; signals that ask for it are heard from now on. */
export function createShutdown({ close, report, log }: ShutdownOptions): Shutdown {
  let exiting = false;
  function exit(why: string, status: number): void {
    if (exiting) return;
    exiting = true;
    log.debug(`leaving: ${why}`);
    setTimeout(() => process.exit(status), SHUTDOWN_MS).unref();
    void close()
      .catch((error) => log.warn(`not everything ended cleanly: ${messageOf(error)}`))
      .finally(() => process.exit(status));
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => exit(signal, 0));
  return {
    exit,
    fail(error) {
      exit(error.message, report(error));
    },
  };
}
