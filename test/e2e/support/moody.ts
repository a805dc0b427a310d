import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Place } from "./place.ts";

export interface ToolText {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: Readonly<Record<string, unknown>>;
}

const program = path.join(import.meta.dirname, "moody-server.mjs");
const fileOf = (folder: string, server: string) => path.join(folder, `${server}.tools.json`);

/** Servers whose tools are what {@link setTools} last said; `extra` arguments change nothing but the command line. */
export function moodyServers(folder: string, names: readonly string[], extra: readonly string[] = []) {
  const server = (name: string) => ({
    command: process.execPath,
    args: [program, fileOf(folder, name), path.join(folder, "ledger"), ...extra],
  });
  return Object.fromEntries(names.map((name) => [name, server(name)]));
}

export async function setTools(folder: string, server: string, tools: readonly ToolText[]): Promise<void> {
  const full = tools.map((tool) => ({ inputSchema: { type: "object" }, ...tool }));
  await writeFile(fileOf(folder, server), JSON.stringify(full));
}

/** Looks until there is something; the test's own time limit is the only clock. */
export async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found) return found;
    await sleep(100);
  }
}

interface ListedTool {
  readonly name: string;
  readonly server: string;
  readonly tool: string;
  readonly state: "ok" | "held" | "off";
  readonly flags: readonly string[];
}

/** What `preloop tools list --json` says, as soon as it says of every named tool that it was seen. */
export function seenTools(place: Place, ...names: readonly string[]): Promise<readonly ListedTool[]> {
  return until(async () => {
    const { status, stdout, stderr } = await place.run("tools", "list", "--json");
    if (status !== 0) throw new Error(`tools list failed: ${stderr}`);
    const listed = JSON.parse(stdout) as ListedTool[];
    return names.every((name) => listed.some((tool) => tool.name === name)) && listed;
  });
}
