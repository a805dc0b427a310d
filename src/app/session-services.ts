import { hostname } from "node:os";
import { clientTimeoutFor, createLiveGrants } from "#approvals";
import { type Audit, createAudit } from "#audit";
import { isPreloopError, messageOf, type PreloopError, parseDuration, shortId, systemClock } from "#base";
import { type ApprovalsConfig, localUserOf, type Settings } from "#config";
import type { CallServices, Origin } from "#gateway";
import type { AuditEventKind, SessionRef } from "#model";
import type { Pinnable, Pins } from "#pins";
import { noteLiveStore } from "#store";
import type { ClientProfile } from "#upstreams";
import { createLiveConfig } from "./live-config.ts";
import { questionLimits } from "./question-limits.ts";
import type { Runtime } from "./runtime.ts";
import { createServedPolicy } from "./served-policy.ts";
import { createSessionApprovals } from "./session-approvals.ts";
import { createSessionPins } from "./session-pins.ts";

/** The services of one session. */
export interface SessionServices {
  ref(): SessionRef;
  /** The client has said who it is: from now on there are stages for its calls. */
  onClientReady(client: ClientProfile): CallServices;
  /** Tells of a store that this process must not go on with. */
  onFatal(listener: (error: PreloopError) => void): void;
  /** Tells that the tools a client may see have changed for a reason of ours. */
  onToolsChanged(listener: (kind?: Pinnable["kind"]) => void): void;
  /** True while a caller of the session was told to come back for what a person decides. */
  hasParked(): boolean;
  close(): Promise<void>;
}

/** The services that one session uses, in the order in which they are needed. */
export async function createSessionServices(
  runtime: Runtime,
  origin: Origin | undefined = undefined,
): Promise<SessionServices> {
  const { loaded, settings, log } = runtime;
  let session = newSession(settings, origin);
  const audit = await openAudit(runtime, session);
  const record = recorderOf(runtime, audit, () => session);
  let liveGrants: CallServices["liveGrants"] | undefined;
  let pins: Pins | undefined;
  const live = createLiveConfig(runtime, { onEvent: record, onChange: () => served.refresh() });
  const served = createServedPolicy(live.policy, (server, tool) => pins?.isOff(server, tool) ?? false);
  const approvals = createSessionApprovals(runtime, {
    session: () => session,
    kind: origin ? "http" : "stdio",
    limits: () => questionLimits(loaded.config.approvals, live.approvals()),
  });
  const store = createStoreNote(runtime);

  function onClientReady(client: ClientProfile): CallServices {
    session = introduced(session, client);
    liveGrants = createLiveGrants({ db: runtime.store, from: session, log });
    pins = createSessionPins(runtime, {
      onChange: served.toolsChanged,
      onHeld: (facts) => record("tool_held", facts),
    });
    // The session is a row from the start, so that it can be seen and frozen before it asks anything.
    approvals.open().catch(() => {});
    store.announce();
    return {
      policy: served.policy,
      mayAsk: live.mayAsk,
      audit,
      liveGrants,
      pins,
      onDegraded: (why) => record("store_away", { reason: why }),
      approvals: approvals.open,
      clientTimeoutMs: (hasToken) => patienceOf(live.approvals(), session.client, hasToken),
      clock: systemClock,
      log,
    };
  }

  return {
    ref: () => session,
    onClientReady,
    onFatal: store.onFatal,
    onToolsChanged: served.onToolsChanged,
    hasParked: approvals.hasParked,
    async close() {
      live.close();
      store.takeBack();
      await approvals.close();
      await liveGrants?.close();
      await pins?.close();
      await audit.close();
      await runtime.close();
    },
  };
}

// What happens by itself is written down where it can be; calls stop on their own when nothing can be written.
function recorderOf({ log }: Runtime, audit: Audit, session: () => SessionRef) {
  return (kind: AuditEventKind, facts: Readonly<Record<string, string>>): void => {
    try {
      audit.event(kind, session().user, { session: session().id, ...facts });
    } catch (error) {
      log.error(messageOf(error));
    }
  };
}

// Its client has not said who it is.
function newSession(settings: Settings, origin: Origin | undefined): SessionRef {
  return {
    id: shortId(10),
    client: "unknown",
    clientVersion: "",
    cwd: settings.cwd,
    user: localUserOf(settings),
    ...origin,
  };
}

function introduced(session: SessionRef, { clientInfo: { name, version } }: ClientProfile): SessionRef {
  return { ...session, client: textOr(name, "unknown"), clientVersion: textOr(version, "") };
}

// Terminals of this home hear which store its live sessions use. A store that does not fit ends the process.
function createStoreNote({ store, settings, log }: Runtime) {
  let takeBack = () => {};
  let onFatal: (error: PreloopError) => void = () => {};
  return {
    announce() {
      store().then(
        (db) => {
          takeBack = noteLiveStore(settings.home, db.shown, log);
        },
        (error) => {
          if (isPreloopError(error, "secret_mismatch") || isPreloopError(error, "store_newer"))
            onFatal(error);
        },
      );
    },
    takeBack: () => takeBack(),
    onFatal(listener: (error: PreloopError) => void) {
      onFatal = listener;
    },
  };
}

async function openAudit(runtime: Runtime, { id }: SessionRef): Promise<Audit> {
  const { loaded, settings, store, log } = runtime;
  return createAudit({
    home: settings.home,
    writer: { id, host: hostname() },
    key: await runtime.key(),
    redact: loaded.config.audit.redact,
    store,
    log,
  });
}

function patienceOf({ patience = {} }: ApprovalsConfig, client: string, hasToken: boolean): number {
  const wanted = patience[client] ?? patience["*"];
  return wanted === undefined ? clientTimeoutFor(client, hasToken) : parseDuration(wanted);
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value.slice(0, 200) : otherwise;
}
