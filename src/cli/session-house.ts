import { hostname } from "node:os";
import {
  type ApprovalRequests,
  clientTimeoutFor,
  createApprovalRequests,
  createLiveGrants,
} from "#approvals";
import { createAudit } from "#audit";
import {
  isPreloopError,
  makeVisible,
  messageOf,
  type PreloopError,
  parseDuration,
  shortId,
  systemClock,
} from "#base";
import { type ApprovalsConfig, localUserOf } from "#config";
import type { CallServices, Origin } from "#gateway";
import type { AuditEventKind, SessionRef } from "#model";
import { createPins, type Pinnable, type Pins } from "#pins";
import { BUILTIN_SERVER, hideTools, type Policy } from "#policy";
import { noteLiveStore } from "#store";
import type { ClientProfile } from "#upstreams";
import { EMBEDDED, type Foundation } from "./foundation.ts";
import { keptPinsFile } from "./kept-pins.ts";
import { createLiveConfig } from "./live-config.ts";
import { questionLimits } from "./question-limits.ts";

/** The services of one session. */
export interface SessionHouse {
  ref(): SessionRef;
  /** The client has said who it is: from now on there are stages for its calls. */
  meet(client: ClientProfile): CallServices;
  /** Tells of a store that this process must not go on with. */
  onHopeless(listener: (error: PreloopError) => void): void;
  /** Tells that the tools a client may see have changed for a reason of ours. */
  onToolsChanged(listener: (kind?: Pinnable["kind"]) => void): void;
  /** True while a caller of the session was told to come back for what a person decides. */
  hasParked(): boolean;
  close(): Promise<void>;
}

/** The services one session uses, in the order they are needed. */
export async function buildSessionHouse(
  ground: Foundation,
  origin: Origin | undefined = undefined,
): Promise<SessionHouse> {
  const { loaded, settings, log } = ground;
  const kind = origin ? "http" : "stdio";
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
    ...origin,
  };
  let takeNoteBack = () => {};
  let hopeless: (error: PreloopError) => void = () => {};
  let caller: Promise<ApprovalRequests> | undefined;
  let side: ApprovalRequests | undefined;
  let standing: CallServices["liveGrants"] | undefined;
  let toolsChanged: (kind?: Pinnable["kind"]) => void = () => {};
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

  const limits = () => questionLimits(config.approvals, live.approvals());

  function approvals(): Promise<ApprovalRequests> {
    caller ??= ground.store().then((db) => createApprovalRequests({ db, session, kind, log, limits }));
    caller.then(
      (open) => {
        side = open;
      },
      () => {
        caller = undefined;
      },
    );
    return caller;
  }

  function meet(client: ClientProfile): CallServices {
    const { name, version } = client.clientInfo;
    session = { ...session, client: textOr(name, "unknown"), clientVersion: textOr(version, "") };
    standing = createLiveGrants({ db: ground.store, from: session, log });
    pins = createPins({
      db: ground.store,
      servers: config.mcpServers,
      builtinServer: BUILTIN_SERVER,
      isShared: ground.storeName !== EMBEDDED,
      keptIn: keptPinsFile(ground),
      log,
      onChange: (kind) => toolsChanged(kind),
      onHeld({ kind = "tool", server, original, name }, { why }) {
        log.warn(`${heldSentence(kind, name)}: ${why}; see preloop tools pins`);
        note("tool_held", { server, kind, tool: original.slice(0, 500), reason: why });
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
      mayAsk: live.mayAsk,
      audit,
      liveGrants: standing,
      pins,
      onDegraded: (why) => note("store_away", { reason: why }),
      approvals,
      clientTimeoutMs: (hasToken) => patienceOf(live.approvals(), session.client, hasToken),
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
    onToolsChanged(listener: typeof toolsChanged) {
      toolsChanged = listener;
    },
    hasParked: () => side?.hasParked() ?? false,
    async close() {
      live.close();
      takeNoteBack();
      await caller?.catch(() => undefined);
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
  return wanted === undefined ? clientTimeoutFor(client, hasToken) : parseDuration(wanted);
}

function heldSentence(kind: string, name: string): string {
  const shown = makeVisible(name.slice(0, 500)).text;
  if (kind === "instructions") return `the instructions of ${shown} are held`;
  return `${kind === "tool" ? shown : `${kind} ${shown}`} is held`;
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value.slice(0, 200) : otherwise;
}
