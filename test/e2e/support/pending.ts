import { setTimeout as sleep } from "node:timers/promises";
import type { Place } from "./place.ts";

interface Listed {
  readonly id: string;
  readonly [key: string]: unknown;
}

/** What `preloop approvals list --json` shows, as soon as it shows `count` of them. */
export async function pendings(place: Place, count = 1): Promise<Listed[]> {
  for (let attempt = 0; attempt < 60; attempt++) {
    const { status, stdout, stderr } = await place.run("approvals", "list", "--json");
    if (status !== 0) throw new Error(`approvals list failed: ${stderr}`);
    const listed = JSON.parse(stdout) as Listed[];
    if (listed.length >= count) return listed;
    await sleep(100);
  }
  throw new Error(`no ${count} approvals appeared`);
}

export async function nextPending(place: Place): Promise<Listed> {
  return (await pendings(place))[0]!;
}
