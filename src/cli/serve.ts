import { openHome } from "#config";
import { serveStdio } from "#gateway";
import { createFarewell } from "./farewell.ts";
import { layFoundation } from "./foundation.ts";
import { openBehind } from "./servers.ts";
import { buildSessionHouse } from "./session-house.ts";
import { keepHeapSmall } from "./small-heap.ts";
import { VERSION } from "./version.ts";

/** How long the opening waits for servers that are still starting. */
const OPENING_GRACE_MS = 1_000;

/** `preloop`: one MCP session over stdio, from the first byte to the last. */
export async function serve(options: { readonly config?: string }): Promise<void> {
  keepHeapSmall();
  const ground = await layFoundation(options.config);
  for (const note of ground.loaded.notes) ground.log.warn(note);
  openHome(ground.settings.home);
  const house = await buildSessionHouse(ground);
  const session = serveStdio({
    stdin: process.stdin,
    stdout: process.stdout,
    ref: house.ref,
    open: (host) => openBehind(ground, host, house.ref),
    onClient: house.meet,
    presentation: { version: VERSION, graceMs: OPENING_GRACE_MS },
    signingKey: await ground.key(),
    log: ground.log,
    onEnd: (why) => farewell.leave(why, 0),
  });

  const farewell = createFarewell(() => session.close().then(house.close), ground.log);
  // Another key or a newer store is no passing trouble: what this process wrote there would be of no use.
  house.onHopeless(farewell.giveUp);
  house.onToolsChanged(session.toolsChanged);
}
