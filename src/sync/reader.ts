import { readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isAlive, shortId } from "#base";

/** A name for a reader of projects that nobody else has: `host/space/pid/random`. */
export function newReader(): string {
  return [place(), process.pid, shortId(8)].join("/");
}

/** A reader's name as people say it. */
export function describeReader(reader: string): string {
  const parts = reader.split("/");
  return parts.length === 4 ? `process ${parts[2]} on ${parts[0]}` : reader;
}

/** True when the kernel knows that the reader is no more, which a lease says a minute later. */
export function isDead(reader: string): boolean {
  const [host, space, pid] = reader.split("/");
  return `${host}/${space}` === place() && /^\d+$/.test(pid ?? "") && !isAlive(Number(pid));
}

// Process ids mean something among processes of one host that see the same ones.
function place(): string {
  return `${hostname().replaceAll("/", "-")}/${processSpace()}`;
}

function processSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid").replaceAll(/\D/g, "");
  } catch {
    return "0";
  }
}
