import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isAlive, shortId } from "#base";

/** A name for the holder of a lease that nobody else has: `host/space/pid/random`. */
export function newLeaseHolder(): string {
  return [processPlace(), process.pid, shortId(8)].join("/");
}

/** A holder's name as people say it. */
export function describeLeaseHolder(holder: string): string {
  const parts = holder.split("/");
  return parts.length === 4 ? `process ${parts[2]} on ${parts[0]}` : holder;
}

/** True when the kernel knows that the holder is no more, which a lease says a minute later. */
export function isHolderDead(holder: string): boolean {
  const [host, space, pid] = holder.split("/");
  return `${host}/${space}` === processPlace() && /^\d+$/.test(pid ?? "") && !isAlive(Number(pid));
}

// Process ids mean something among processes of one host that see the same ones.
function processPlace(): string {
  return `${hostname().replaceAll("/", "-")}/${processSpace()}`;
}

function processSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "");
  } catch {
    return "0";
  }
}
