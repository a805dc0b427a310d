import { serveHttpSessions, serveStdioSession } from "#app";
import { PreloopError } from "#base";
import { exitStatusOf } from "./output/exit.ts";

/** Flags of the command line for serving, unchecked. */
export interface ServeFlags {
  readonly config?: string;
  readonly http?: boolean;
  readonly host?: string;
  readonly port?: string;
}

/** `preloop` and `preloop --http`: serves until its client or a signal ends it. */
export async function serve({ config, http, host, port }: ServeFlags): Promise<void> {
  if (!http && (host ?? port) !== undefined)
    throw new PreloopError("usage", "--host and --port go with --http");
  const report = (error: PreloopError) => exitStatusOf(error, (text) => process.stderr.write(text));
  if (!http) return serveStdioSession({ config, report });
  return serveHttpSessions({ config, host, port: port === undefined ? undefined : readPort(port), report });
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new PreloopError("usage", `--port ${text} is not a port: a whole number up to 65535`);
}
