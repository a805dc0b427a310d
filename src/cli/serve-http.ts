import { PreloopError } from "#base";
import { openHome } from "#config";
import { createSession, type OpenSession, serveHttp } from "#gateway";
import { createFarewell } from "./farewell.ts";
import { type Foundation, layFoundation } from "./foundation.ts";
import { openBehind } from "./servers.ts";
import { buildSessionHouse } from "./session-house.ts";
import { VERSION } from "./version.ts";

/** What the command line says about serving over HTTP. */
export interface HttpFlags {
  readonly config?: string;
  readonly http?: boolean;
  readonly host?: string;
  readonly port?: string;
}

/** How long an opening waits for servers that are still starting. */
const OPENING_GRACE_MS = 1_000;

/** `preloop --http`: any number of MCP sessions over HTTP, until a signal ends the process. */
export async function serveOverHttp(flags: HttpFlags): Promise<void> {
  const ground = await layFoundation(flags.config);
  const { config, notes } = ground.loaded;
  for (const note of notes) ground.log.warn(note);
  openHome(ground.settings.home);
  const server = await serveHttp({
    host: flags.host ?? config.http.host,
    port: flags.port === undefined ? config.http.port : readPort(flags.port),
    publicUrl: config.http.publicUrl,
    openSession: sessionOpener(ground, (error) => farewell.giveUp(error)),
    log: ground.log,
  });

  const farewell = createFarewell(() => server.close().then(ground.close), ground.log);
  process.stderr.write(`preloop serves MCP at ${server.url}\n`);
  await new Promise(() => {});
}

// Each session has services and servers of its own, as over stdio; the store is shared.
function sessionOpener(ground: Foundation, onHopeless: (error: PreloopError) => void): OpenSession {
  const shared: Foundation = { ...ground, close: async () => {} };
  return async (send, origin) => {
    const house = await buildSessionHouse(shared, origin);
    house.onHopeless(onHopeless);
    const session = createSession({
      ref: house.ref,
      send,
      open: (host) => openBehind(shared, host, house.ref),
      onClient: house.meet,
      presentation: { version: VERSION, graceMs: OPENING_GRACE_MS },
      signingKey: await ground.key(),
      log: ground.log,
    });
    house.onToolsChanged(session.toolsChanged);
    return {
      ...session,
      isBusy: () => session.isBusy() || house.hasParked(),
      close: () => session.close().then(house.close),
    };
  };
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new PreloopError("usage", `--port ${text} is not a port: a whole number up to 65535`);
}
