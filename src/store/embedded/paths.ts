import path from "node:path";
import { packageRoot } from "../package-root.ts";

/** Where everything of the embedded store lies in its home. */
export interface EmbeddedPaths {
  readonly home: string;
  /** The owners' sockets, one name per generation. */
  readonly run: string;
  readonly data: string;
  readonly log: string;
}

export function embeddedPathsOf(home: string): EmbeddedPaths {
  return {
    home,
    run: path.join(home, "run"),
    data: path.join(home, "pgdata"),
    log: path.join(home, "db.log"),
  };
}

/**
 * The background process's program. It always runs from the bundle: plain Node reads no TypeScript, so from a checkout
 * `npm run bundle` comes first.
 */
export function daemonProgram(): string {
  return path.join(packageRoot(), "dist", "daemon.js");
}

/** A new store's files, packed when preloop is built, by the very engine that will open them. */
export function templateFile(): string {
  return path.join(packageRoot(), "dist", "pgdata.pack.br");
}
