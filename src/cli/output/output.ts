import type { Output } from "../context.ts";

interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Where commands speak: people's lines and JSON to stdout, notes to stderr. */
export function createOutput({ stdout, stderr }: Streams): Output {
  return {
    isTty: stdout.isTTY === true,
    columns: stdout.columns ?? (Number(process.env.COLUMNS) || 100),
    line: (text = "") => void stdout.write(`${text}\n`),
    json: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    note: (text) => void stderr.write(`${text}\n`),
  };
}
