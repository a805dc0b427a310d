import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { makeHome, removeHome } from "../../support/embedded.ts";
import { BIN, type Ran, ROOT, runProgram } from "../../support/run-preloop.ts";

/** A throw-away machine: a home, a folder, a config, and an environment that holds nothing else. */
export interface Place {
  readonly home: string;
  readonly folder: string;
  readonly config: string;
  readonly env: Record<string, string>;
  /** What starts preloop. */
  readonly program: readonly [string, ...string[]];
  /** Runs a preloop command to its end. */
  run(...args: string[]): Promise<Ran>;
  remove(): Promise<void>;
}

export interface PlaceOptions {
  /** Built from the folder, since servers work in it. */
  readonly servers?: (folder: string) => Record<string, unknown>;
  readonly policy?: unknown;
  readonly approvals?: unknown;
  readonly trackers?: unknown;
  readonly databaseUrl?: string | undefined;
  /** What starts preloop; the clone's own bin without it. */
  readonly program?: readonly [string, ...string[]];
}

export async function makePlace(options: PlaceOptions): Promise<Place> {
  const home = await makeHome();
  const folder = path.join(home, "folder");
  await mkdir(folder, { recursive: true });
  const config = path.join(home, "test.config.json");
  const { servers = () => ({}), policy, approvals, trackers, program = [process.execPath, BIN] } = options;
  await writeFile(config, JSON.stringify({ mcpServers: servers(folder), policy, approvals, trackers }));
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? "",
    HOME: home,
    PRELOOP_HOME: home,
    PRELOOP_CONFIG: config,
    LOG_LEVEL: "WARNING",
    ...(options.databaseUrl && { DATABASE_URL: options.databaseUrl }),
  };
  return {
    home,
    folder,
    config,
    env,
    program,
    run: (...args) => runProgram([...program, ...args], { env }),
    remove: () => removeHome(home),
  };
}

/** The three servers of the npm registry that most people meet first. */
export function npmServers(folder: string): Record<string, unknown> {
  const entry = (name: string) =>
    path.join(ROOT, "node_modules/@modelcontextprotocol", name, "dist/index.js");
  const server = (name: string, args: string[] = [], env: Record<string, string> = {}) => ({
    command: process.execPath,
    args: [entry(name), ...args],
    env,
  });
  return {
    everything: server("server-everything"),
    files: server("server-filesystem", [folder]),
    memory: server("server-memory", [], { MEMORY_FILE_PATH: path.join(folder, "memory.jsonl") }),
  };
}

/** A server that writes a line to the folder's ledger for each call it really receives. */
export function ledgerServer(folder: string, delayMs = 0): Record<string, unknown> {
  const program = path.join(import.meta.dirname, "ledger-server.mjs");
  return {
    led: { command: process.execPath, args: [program, path.join(folder, "ledger"), String(delayMs)] },
  };
}

export interface LedgerLine {
  readonly tool: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** The frame as it came in. */
  readonly raw: string;
}

/** The calls the ledger server received, in order. */
export async function readLedger({ folder }: Place): Promise<LedgerLine[]> {
  const text = await readFile(path.join(folder, "ledger"), "utf8").catch(() => "");
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as LedgerLine);
}
