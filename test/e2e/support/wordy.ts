import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type Lines, openLines } from "./lines.ts";
import type { Place } from "./place.ts";

/** All that a server says beside its tools. */
export interface Words {
  readonly instructions?: string;
  readonly prompts?: readonly object[];
  readonly resources?: readonly object[];
  readonly templates?: readonly object[];
}

const program = path.join(import.meta.dirname, "wordy-server.mjs");
const fileOf = (folder: string) => path.join(folder, "words.json");

/** One server that says what {@link setWords} last said; `extra` arguments change nothing but the command line. */
export function wordyServer(folder: string, extra: readonly string[] = []) {
  const args = [program, fileOf(folder), path.join(folder, "ledger"), ...extra];
  return { wordy: { command: process.execPath, args } };
}

export function setWords(folder: string, words: Words): Promise<void> {
  return writeFile(fileOf(folder), JSON.stringify(words));
}

/** The same words in every place that a model reads. */
export function everywhere(description: string): Words {
  return {
    instructions: description,
    prompts: [{ name: "p", description, arguments: [{ name: "a", description }] }],
    resources: [{ uri: "words:r", name: "r", description, size: 3 }],
    templates: [{ uriTemplate: "words:{id}", name: "t", description }],
  };
}

export const LISTINGS = ["prompts/list", "resources/list", "resources/templates/list"] as const;

/** A client in the older era, and everything it was told of a server's words. */
export async function openReader(
  place: Place,
): Promise<{ readonly client: Lines; readonly opening: string }> {
  const client = openLines(place);
  const params = {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "reader", version: "1" },
  };
  const { result } = await client.ask("initialize", params);
  return { client, opening: String(result?.instructions) };
}

/** What the client reads in each listing, as JSON text. */
export async function readAll(client: Lines): Promise<readonly string[]> {
  return Promise.all(
    LISTINGS.map(async (method) => JSON.stringify((await client.ask(method, {})).result ?? {})),
  );
}

/** What `preloop tools pins --json` says. */
export async function pinsOf(place: Place): Promise<readonly PinView[]> {
  const { status, stdout, stderr } = await place.run("tools", "pins", "--json");
  if (status !== 0) throw new Error(`tools pins failed: ${stderr}`);
  return JSON.parse(stdout) as PinView[];
}

interface PinView {
  readonly server: string;
  readonly kind: string;
  readonly tool: string;
  readonly state: string;
}
