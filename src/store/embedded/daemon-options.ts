import { parseArgs } from "node:util";

/** What the background process is told by its command line. */
export interface DaemonOptions {
  readonly home: string;
  /** The folder of the sockets, by a path short enough for one. */
  readonly run: string;
  /** How long it stays without any client. */
  readonly idleMs: number;
  readonly statementMs: number;
  readonly idleTransactionMs: number;
}

const DEFAULTS = { idleMs: 60_000, statementMs: 120_000, idleTransactionMs: 10_000 };

export function readDaemonOptions(args: readonly string[]): DaemonOptions {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      "idle-ms": { type: "string" },
      "statement-ms": { type: "string" },
      "idle-transaction-ms": { type: "string" },
    },
  });
  const [home, run] = positionals;
  if (!home || !run) throw new Error("usage: daemon.js HOME RUN");
  return {
    home,
    run,
    idleMs: Number(values["idle-ms"] ?? DEFAULTS.idleMs),
    statementMs: Number(values["statement-ms"] ?? DEFAULTS.statementMs),
    idleTransactionMs: Number(values["idle-transaction-ms"] ?? DEFAULTS.idleTransactionMs),
  };
}
