import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const TICKS_PER_SECOND = 100;

/** CPU time a process has used so far in µs, in steps of 10 ms; NaN where there is no /proc. */
export function cpuMicros(pid) {
  const stat = read(`/proc/${pid}/stat`);
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(11, 13);
  return ((Number(user) + Number(system)) / TICKS_PER_SECOND) * 1e6;
}

/** Resident memory of a process in MB; NaN where there is no /proc. */
export function residentMb(pid) {
  return (Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1]) * 1024) / 1e6;
}

/** The store owners of a home directory: background processes, known by what they write to a log in it. */
export function storeOwners(home) {
  const pids = process.platform === "linux" ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  return pids.filter((pid) => outputOf(pid).startsWith(`${home}/`)).map(Number);
}

function outputOf(pid) {
  try {
    return readlinkSync(`/proc/${pid}/fd/1`);
  } catch {
    return "";
  }
}

// A process may be gone by the time it is looked at.
function read(file) {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
