import { hostname } from "node:os";
import { type CallerSide, createCallerSide, createStandingYes, patienceFor } from "#approvals";
import { createAudit } from "#audit";
import { parseDuration, shortId, systemClock } from "#base";
import { type ApprovalsConfig, openHome } from "#config";
import { type Behind, type Stages, serveStdio } from "#gateway";
import type { SessionRef } from "#model";
import { compilePolicy } from "#policy";
import { type ClientFace, createUpstream, type UpstreamHost } from "#upstreams";
import { type Foundation, layFoundation } from "./foundation.ts";
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
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => leave(signal, 0));
}

function openServers({ loaded, log }: Foundation, host: UpstreamHost): Behind[] {
  return Object.entries(loaded.config.mcpServers)
    .filter(([, server]) => server.disabled !== true)
    .map(([name, server]) => ({
      upstream: createUpstream({ name, server, host, log, clock: systemClock, baseEnv: process.env }),
      prefix: server.prefix !== false,
      trusted: server.trustAnnotations === true,
    }));
}

/** The services one session uses, in the order they are needed. */
async function buildSessionHouse(ground: Foundation) {
  const { loaded, settings, log } = ground;
  const { config, where } = loaded;
  const id = shortId(10);
  const policy = compilePolicy({
    policy: config.policy,
    approvals: config.approvals,
    servers: config.mcpServers,
    where,
  });
  const audit = createAudit({
    home: settings.home,
    writer: { id, host: hostname() },
    key: await ground.key(),
    redact: config.audit.redact,
    store: ground.store,
    log,
  });
  let session: SessionRef = {
    id,
    client: "unknown",
    clientVersion: "",
    cwd: settings.cwd,
    user: `local:${settings.osUser}`,
  };
  let caller: Promise<CallerSide> | undefined;
  let standing: Stages["standing"] | undefined;

  function approvals(): Promise<CallerSide> {
    caller ??= ground.store().then((db) => createCallerSide({ db, session, log }));
    caller.catch(() => {
      caller = undefined;
    });
    return caller;
  }

  function meet(client: ClientFace): Stages {
    const { name, version } = client.clientInfo;
    session = { ...session, client: textOr(name, "unknown"), clientVersion: textOr(version, "") };
    standing = createStandingYes({ db: ground.store, log });
    standing.ready.catch(() => {});
    return {
      policy: () => policy,
      audit,
      standing,
      approvals,
      patienceMs: (hasToken) => patienceOf(config.approvals, session.client, hasToken),
      clock: systemClock,
      log,
    };
  }

  return {
    ref: () => session,
    meet,
    async close() {
      const side = await caller?.catch(() => undefined);
      await side?.leave();
      await standing?.close();
      await audit.close();
      await ground.close();
    },
  };
}

function patienceOf({ patience = {} }: ApprovalsConfig, client: string, hasToken: boolean): number {
  const wanted = patience[client] ?? patience["*"];
  return wanted === undefined ? patienceFor(client, hasToken) : parseDuration(wanted);
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value.slice(0, 200) : otherwise;
}
