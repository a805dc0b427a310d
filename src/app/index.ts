/**
 * The composition root: settings become the services of what serves, and those that several faces need. Commands, and
 * whatever else people or programs reach preloop by, ask this door for them. What serves, and what starts servers, is loaded when it is wanted:
 * a command that lists rows does not wait for the gateway.
 */
import type { Runtime } from "./runtime.ts";
import type { HttpServeOptions, StdioServeOptions } from "./serve-options.ts";

export { credentialsFor, loginKey } from "./credentials.ts";
export type { IndexingReport } from "./index-issues.ts";
export { openEmbedders } from "./open-embedders.ts";
export { keepPinsOf } from "./pin-cache-file.ts";
export { type EventRecorder, type EventSource, openEventRecorder, recordEvent } from "./record-event.ts";
export { openRuntime, type Runtime } from "./runtime.ts";
export type { HttpServeOptions, StdioServeOptions } from "./serve-options.ts";
export { servePagesWhereConfigured } from "./serve-pages.ts";
export {
  createSyncAndIndex,
  type SyncAndIndex,
  type SyncAndIndexOptions,
  type SyncAndIndexResult,
} from "./sync-and-index.ts";

/** One MCP session over this process's stdio, from the first byte to the last. */
export async function serveStdioSession(options: StdioServeOptions): Promise<void> {
  return (await import("./serve-stdio.ts")).serveStdioSession(options);
}

/** Any number of MCP sessions over HTTP, until a signal ends the process. */
export async function serveHttpSessions(options: HttpServeOptions): Promise<void> {
  return (await import("./serve-http.ts")).serveHttpSessions(options);
}

/** Asks the servers of the config which tools there are. */
export async function listLiveTools(runtime: Runtime) {
  return (await import("./list-live-tools.ts")).listLiveTools(runtime);
}
