import { writeSync } from "node:fs";
import { Worker, workerData } from "node:worker_threads";

/** When the running batch must have ended, on the machine's own clock that stands still while it sleeps; 0 when none runs. */
type Deadline = BigInt64Array;

const now = () => process.hrtime.bigint();
const LOOK_EVERY_MS = 250;

/**
 * Ends this process when one batch runs for too long: WebAssembly cannot be interrupted, and no statement timeout fires
 * in it. The clients then start a new owner, which recovers from the log. Returns the function to call before a run, with
 * its limit, and after it, without.
 */
export function startWatchdog(program: string): (limitMs: number | undefined) => void {
  const deadline: Deadline = new BigInt64Array(new SharedArrayBuffer(8));
  new Worker(program, { workerData: deadline }).unref();
  return (limitMs) => {
    Atomics.store(deadline, 0, limitMs === undefined ? 0n : now() + BigInt(limitMs) * 1_000_000n);
  };
}

/** The watchdog's own thread. */
export function watch(): void {
  const deadline = workerData as Deadline;
  setInterval(() => {
    const at = Atomics.load(deadline, 0);
    if (at === 0n || now() < at) return;
    writeSync(2, `${new Date().toISOString()} ${process.pid} a statement ran for too long; ending\n`);
    process.kill(process.pid, "SIGKILL");
  }, LOOK_EVERY_MS);
}
