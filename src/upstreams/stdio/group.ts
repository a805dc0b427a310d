import { setTimeout as sleep } from "node:timers/promises";
import { guard, unguard } from "./guard.ts";

const live = new Set<number>();
let watching = false;

/** Takes charge of a process group: it will not outlive this process, however that ends. */
export function registerGroup(group: number): void {
  live.add(group);
  guard(group);
  if (watching) return;
  watching = true;
  process.on("exit", killAll);
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => onSignal(signal));
}

/**
 * Sees to it that nothing of a group is left: it gets `graceMs` to leave by itself once `told`, then SIGTERM, then
 * SIGKILL.
 */
export async function reap(group: number, graceMs: number, told: boolean): Promise<void> {
  if (told) await gone(group, graceMs);
  if (signalGroup(group, "SIGTERM")) await gone(group, graceMs);
  if (signalGroup(group, "SIGKILL")) await gone(group, graceMs);
  live.delete(group);
  unguard(group);
}

async function gone(group: number, withinMs: number): Promise<void> {
  for (let waited = 0, step = 2; waited < withinMs; waited += step) {
    if (!signalGroup(group, 0)) return;
    await sleep(step);
    step = Math.min(step * 2, 50);
  }
}

// False when nobody is there to get it. Where process groups do not exist (Windows) only the leader is reached.
function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(process.platform === "win32" ? group : -group, signal);
  } catch {
    return false;
  }
}

function killAll(): void {
  for (const group of live) signalGroup(group, "SIGKILL");
}

// With a listener Node no longer ends by itself. If no one else listens, the signal shall do what it always does; if
// someone does, they close what is open and exit, and the exit listener finds what they forgot.
function onSignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  killAll();
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
