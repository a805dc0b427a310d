import type { PreloopError } from "#base";

/** Options from the command line for serving a session over stdio. */
export interface StdioServeOptions {
  /** The config file that was named; without it, the one that is found. */
  readonly config?: string | undefined;
  /** Tells people of an error that ends the process, and gives the status that it ends with. */
  readonly report: (error: PreloopError) => number;
}

/** Options from the command line for serving over HTTP; the config says the rest. */
export interface HttpServeOptions extends StdioServeOptions {
  /** A loopback address. */
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}
