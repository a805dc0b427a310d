import { openHome } from "#config";
import { serveStdio } from "#gateway";
import { exitStatusOf } from "./exit.ts";
import { layFoundation } from "./foundation.ts";
import { openServers } from "./servers.ts";
import { buildSessionHouse } from "./session-house.ts";
import { VERSION } from "./version.ts";

/** How long the opening waits for servers that are still starting. */
const OPENING_GRACE_MS = 1_000;
/** How long a session may take to end before the process ends all the same. */
const FAREWELL_MS = 10_000;

/** `preloop`: one MCP session over stdio, from the first byte to the last. */
export async function serve(options: { readonly config?: string }): Promise<void> {
  const ground = await layFoundation(options.config);
  for (const note of ground.loaded.notes) ground.log.warn(note);
  openHome(ground.settings.home);
  const house = await buildSessionHouse(ground);
  const session = serveStdio({
    stdin: process.stdin,
    stdout: process.stdout,
    ref: house.ref,
    open: (host) => openServers(ground, host),
    onClient: house.meet,
    introduction: { version: VERSION, graceMs: OPENING_GRACE_MS },
    signingKey: await ground.key(),
    log: ground.log,
    onEnd: (why) => leave(why, 0),
  });

  let leaving = false;
  function leave(why: string, status: number): void {
    if (leaving) return;
    leaving = true;
    ground.log.debug(`leaving: ${why}`);
    setTimeout(() => process.exit(status), FAREWELL_MS).unref();
    void session
      .close()
      .then(house.close)
      .catch((error) => ground.log.warn(`the session did not end cleanly: ${String(error)}`))
      .finally(() => process.exit(status));
  }
  // Another key or a newer store is no passing trouble: what this process wrote there would be of no use.
  house.onHopeless((error) =>
    leave(
      error.message,
      exitStatusOf(error, (text) => process.stderr.write(text)),
    ),
  );
  house.onToolsChanged(session.toolsChanged);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => leave(signal, 0));
}
