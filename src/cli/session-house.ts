import { hostname } from "node:os";
import path from "node:path";
import { type CallerSide, createCallerSide, createStandingYes, patienceFor } from "#approvals";
import { createAudit } from "#audit";
import {
  isPreloopError,
  makeVisible,
  messageOf,
  type PreloopError,
  parseDuration,
  sha256,
  shortId,
  systemClock,
} from "#base";
import { type ApprovalsConfig, localUserOf } from "#config";
import type { Stages } from "#gateway";
import type { AuditEventKind, SessionRef } from "#model";
import { createPins, type Pins } from "#pins";
import { hideTools, OWN_SERVER, type Policy } from "#policy";
import { noteLiveStore } from "#store";
import type { ClientFace } from "#upstreams";
import type { Foundation } from "./foundation.ts";
import { createLiveConfig } from "./live-config.ts";

/** The services of one session. */
export interface SessionHouse {
  ref(): SessionRef;
  /** The client has said who it is: from now on there are stages for its calls. */
  meet(client: ClientFace): Stages;
  /** Tells of a store that this process must not go on with. */
  onHopeless(listener: (error: PreloopError) => void): void;
  /** Tells that the tools a client may see have changed for a reason of ours. */
  onToolsChanged(listener: () => void): void;
  close(): Promise<void>;
}

/** The services one session uses, in the order they are needed. */
export async function buildSessionHouse(
  ground: Foundation,
  kind: "stdio" | "http" = "stdio",
): Promise<SessionHouse> {
  const { loaded, settings, log } = ground;
  const { config } = loaded;
  const id = shortId(10);
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
    user: localUserOf(settings),
  };
  let takeNoteBack = () => {};
  let hopeless: (error: PreloopError) => void = () => {};
  let caller: Promise<CallerSide> | undefined;
  let standing: Stages["standing"] | undefined;
  let toolsChanged = () => {};
  let pins: Pins | undefined;
  const live = createLiveConfig(ground, { onEvent: (kind, facts) => note(kind, facts), onChange: usePolicy });
  let policy: Policy;
  usePolicy();

  function usePolicy(): void {
    policy = hideTools(live.policy(), (server, tool) => pins?.isOff(server, tool) ?? false);
    toolsChanged();
  }

  // What happens by itself is written down where it can be; calls stop on their own when nothing can be written.
  function note(kind: AuditEventKind, facts: Readonly<Record<string, string>>): void {
    try {
      audit.event(kind, session.user, { session: session.id, ...facts });
    } catch (error) {
      log.error(messageOf(error));
    }
  }

  function approvals(): Promise<CallerSide> {
    caller ??= ground.store().then((db) => createCallerSide({ db, session, kind, log }));
    caller.catch(() => {
      caller = undefined;
    });
    return caller;
  }

  function meet(client: ClientFace): Stages {
    const { name, version } = client.clientInfo;
    session = { ...session, client: textOr(name, "unknown"), clientVersion: textOr(version, "") };
    standing = createStandingYes({ db: ground.store, log });
    pins = createPins({
      db: ground.store,
      servers: config.mcpServers,
      own: OWN_SERVER,
      keptIn: path.join(settings.home, "pins", `${sha256(ground.storeName).slice(0, 16)}.json`),
      log,
      onChange: () => toolsChanged(),
      onHeld({ server, original, name }, { why }) {
        log.warn(`${makeVisible(name).text} is held: ${why}; see preloop tools pins`);
        note("tool_held", { server, tool: original, reason: why });
      },
    });
    // The session is a row from the start, so that it can be seen and frozen before it asks anything.
    approvals().catch(() => {});
    ground.store().then(
      (db) => {
        takeNoteBack = noteLiveStore(settings.home, db.shown, log);
      },
      (error) => {
        if (isPreloopError(error, "secret_mismatch") || isPreloopError(error, "store_newer")) hopeless(error);
      },
    );
    return {
      policy: () => policy,
      audit,
      standing,
      pins,
      onBlind: (why) => note("store_away", { reason: why }),
      approvals,
      patienceMs: (hasToken) => patienceOf(live.approvals(), session.client, hasToken),
      clock: systemClock,
      log,
    };
  }

  return {
    ref: () => session,
    meet,
    onHopeless(listener: (error: PreloopError) => void) {
      hopeless = listener;
    },
    onToolsChanged(listener: () => void) {
      toolsChanged = listener;
    },
    async close() {
      live.close();
      takeNoteBack();
      const side = await caller?.catch(() => undefined);
      await side?.leave();
      await standing?.close();
      await pins?.close();
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
