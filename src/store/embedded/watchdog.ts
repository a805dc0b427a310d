import { writeSync } from "node:fs";
import { Worker, workerData } from "node:worker_threads";

interface Shared {
  /** When the running batch began, in epoch milliseconds; 0 when none runs. */
  readonly began: BigInt64Array;
  readonly limitMs: number;
}

/**
 * Ends this process when one batch runs for too long: WebAssembly cannot be interrupted, and no statement timeout fires
 * in it. The clients then start a new owner, which recovers from the log. Returns the function to call around a run.
 */
export function startWatchdog(program: string, limitMs: number): (isRunning: boolean) => void {
  const began = new BigInt64Array(new SharedArrayBuffer(8));
  const shared: Shared = { began, limitMs };
  new Worker(program, { workerData: shared }).unref();
  return (isRunning) => {
    Atomics.store(began, 0, isRunning ? BigInt(Date.now()) : 0n);
  };
}

/** The watchdog's own thread. */
export function watch(): void {
  const { began, limitMs } = workerData as Shared;
  setInterval(
    () => {
      const since = Number(Atomics.load(began, 0));
      if (since === 0 || Date.now() - since < limitMs) return;
      writeSync(2, `${new Date().toISOString()} a statement ran for more than ${limitMs} ms; ending\n`);
      process.kill(process.pid, "SIGKILL");
    },
    Math.min(500, limitMs / 4),
  );
}
