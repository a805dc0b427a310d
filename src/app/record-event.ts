import { hostname } from "node:os";
import { messageOf, shortId } from "#base";
import { openHome } from "#config";
import type { AuditEventKind } from "#model";
import type { Runtime } from "./runtime.ts";

type Facts = Readonly<Record<string, string>>;

/** Source of an event: the runtime it is recorded with, and the person who did it. */
export interface EventSource {
  runtime(): Promise<Runtime>;
  /** The person, as audit records name them: `local:<os user>` at a terminal. */
  decider(): Promise<string>;
}

/** A recorder of what one person does, as one chain of the audit. */
export interface EventRecorder {
  /** @throws audit_broken when it cannot be written */
  write(kind: AuditEventKind, facts: Facts): Promise<void>;
  close(): Promise<void>;
}

interface RecorderOptions {
  /** False leaves the lines in the journal, for a later process to ship, where opening the store is too much. */
  readonly ship?: boolean;
}

export async function openEventRecorder(
  source: EventSource,
  { ship = true }: RecorderOptions = {},
): Promise<EventRecorder> {
  const { createAudit } = await import("#audit");
  const { settings, loaded, log, key, store } = await source.runtime();
  openHome(settings.home);
  const audit = createAudit({
    home: settings.home,
    writer: { id: shortId(10), host: hostname() },
    key: await key(),
    redact: loaded.config.audit.redact,
    ...(ship && { store }),
    log,
  });
  const user = await source.decider();
  return {
    async write(kind, facts) {
      audit.event(kind, user, facts);
    },
    async close() {
      // The lines are in the journal by now; a later process ships what this one cannot.
      await audit
        .flush()
        .catch((error) => log.debug("the audit was not shipped", { error: messageOf(error) }));
      await audit.close();
    },
  };
}

/** Writes down one event. @throws audit_broken when that cannot be done */
export async function recordEvent(
  source: EventSource,
  kind: AuditEventKind,
  facts: Facts,
  options?: RecorderOptions,
): Promise<void> {
  const notes = await openEventRecorder(source, options);
  try {
    await notes.write(kind, facts);
  } finally {
    await notes.close();
  }
}
