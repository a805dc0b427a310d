import type { Server } from "node:http";

/** A server whose requests go to a fetch handler. The adapter is loaded with the first one: no server's start waits for it. */
export async function createFetchServer(
  fetch: (request: Request) => Response | Promise<Response>,
): Promise<Server> {
  const { createAdaptorServer } = await import("@hono/node-server");
  return createAdaptorServer({
    fetch,
    // The rest of the process keeps the Request and Response it came with.
    overrideGlobalObjects: false,
    // A request without Host comes through to our own refusal; the name only completes its URL.
    hostname: "localhost",
    serverOptions: { requireHostHeader: false },
  }) as Server;
}
