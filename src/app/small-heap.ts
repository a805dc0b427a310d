import { setFlagsFromString } from "node:v8";

/**
 * Makes this process take less memory than Node would: one of many on a machine, there for days and seldom busy. Nearly
 * all that a call makes is dead when it has been answered, so there is a small room for what is young, a tight one for
 * what is old, and no second thread for so little. Hundreds of large calls at a time take more CPU for it.
 */
export function keepHeapSmall(): void {
  // While it runs, since the command line is the client's. A Node that does not know one of these goes on without it.
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=40");
  setFlagsFromString("--no-parallel-scavenge");
}
