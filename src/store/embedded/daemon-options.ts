import { parseArgs } from "node:util";

/** Options that the background process is given on its command line. */
export interface DaemonOptions {
  readonly home: string;
  /** The folder of the sockets, by a path short enough for one. */
  readonly run: string;
  /** How long it stays without any client. */
  readonly idleMs: number;
  readonly statementMs: number;
  readonly idleTransactionMs: number;
  /** How often it looks what Postgres needs, and how long everybody must have been quiet for the slow parts. */
  readonly upkeepMs: number;
  /** It starts anew when it is quiet and larger than this. */
  readonly memoryBytes: number;
}

const DEFAULTS = {
  "idle-ms": 60_000,
  "statement-ms": 120_000,
  "idle-transaction-ms": 10_000,
  "upkeep-ms": 15_000,
  "memory-bytes": 2 ** 30,
} as const;
type Name = keyof typeof DEFAULTS;

export function readDaemonOptions(args: readonly string[]): DaemonOptions {
  const names = Object.keys(DEFAULTS) as Name[];
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: Object.fromEntries(names.map((name) => [name, { type: "string" as const }])),
  });
  const [home, run] = positionals;
  if (!home || !run) throw new Error("usage: daemon.js HOME RUN");
  const number = (name: Name) => Number(values[name] ?? DEFAULTS[name]);
  return {
    home,
    run,
    idleMs: number("idle-ms"),
    statementMs: number("statement-ms"),
    idleTransactionMs: number("idle-transaction-ms"),
    upkeepMs: number("upkeep-ms"),
    memoryBytes: number("memory-bytes"),
  };
}
