import { readFileSync } from "node:fs";
import path from "node:path";
import { onTestFinished } from "vitest";
import { type Bytes, type Heard, openBytes } from "./bytes.ts";
import { ledgerServer, makePlace, type Place } from "./place.ts";

const program = path.join(import.meta.dirname, "heavy-server.mjs");

/** A server that says whatever it is asked for, beside a well-behaved one. */
export function heavyServers(folder: string, moreTools = 0): Record<string, unknown> {
  return {
    heavy: { command: process.execPath, args: [program, ledgerOf(folder), String(moreTools)] },
    ...ledgerServer(folder),
  };
}

const ledgerOf = (folder: string) => path.join(folder, "heavy.ndjson");

/** The lines that the server's `echo` received, as they came. */
export function heavyHeard({ folder }: Place): readonly string[] {
  return readFileSync(ledgerOf(folder), "utf8").trimEnd().split("\n");
}

/** Both servers with all their calls allowed, and a client; gone after the test. */
export async function openHeavy(moreTools = 0): Promise<{ here: Place; agent: Bytes }> {
  const here = await makePlace({
    servers: (folder) => heavyServers(folder, moreTools),
    policy: { default: "allow" },
  });
  onTestFinished(() => here.remove());
  const agent = await openBytes(here);
  onTestFinished(() => void agent.child.kill("SIGKILL"));
  return { here, agent };
}

/** The most memory a process has had so far, in MB. */
export function peakMb({ child }: Bytes): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024;
}

/** The first text of a result. */
export function textOf({ result }: Heard): string | undefined {
  return (result as { content?: { text?: string }[] } | undefined)?.content?.[0]?.text;
}
