import { VERSION } from "#base";
import type { SessionOptions } from "#gateway";
import { openUpstreams } from "./open-upstreams.ts";
import type { Runtime } from "./runtime.ts";
import type { SessionServices } from "./session-services.ts";

/** How long the answer to `initialize` waits for servers that are still starting. */
const INITIALIZE_GRACE_MS = 1_000;

/** What the gateway needs for one session over any transport, but for the way back to its client. */
export async function sessionOptions(
  runtime: Runtime,
  services: SessionServices,
): Promise<Omit<SessionOptions, "send">> {
  return {
    ref: services.ref,
    open: (host) => openUpstreams(runtime, host, services.ref),
    onClient: services.onClientReady,
    presentation: { version: VERSION, graceMs: INITIALIZE_GRACE_MS },
    signingKey: await runtime.key(),
    log: runtime.log,
  };
}
