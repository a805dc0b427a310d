import { hostname } from "node:os";
import { messageOf, shortId } from "#base";
import { openHome } from "#config";
import type { AuditEventKind } from "#model";
import type { House } from "./house.ts";

type Facts = Readonly<Record<string, string>>;

/** Writes down what a person does at this terminal, as one chain. */
export interface EventNotes {
  /** @throws audit_broken when it cannot be written */
  write(kind: AuditEventKind, facts: Facts): Promise<void>;
  close(): Promise<void>;
}

interface NotesOptions {
  /** False leaves the lines in the journal, for a later process to ship, where opening the store is too much. */
  readonly ship?: boolean;
}

export async function openEventNotes(
  house: Pick<House, "foundation" | "decider">,
  { ship = true }: NotesOptions = {},
): Promise<EventNotes> {
  const { createAudit } = await import("#audit");
  const { settings, loaded, log, key, store } = await house.foundation();
  openHome(settings.home);
  const audit = createAudit({
    home: settings.home,
    writer: { id: shortId(10), host: hostname() },
    key: await key(),
    redact: loaded.config.audit.redact,
    ...(ship && { store }),
    log,
  });
  const user = await house.decider();
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
export async function noteEvent(
  house: Pick<House, "foundation" | "decider">,
  kind: AuditEventKind,
  facts: Facts,
  options?: NotesOptions,
): Promise<void> {
  const notes = await openEventNotes(house, options);
  try {
    await notes.write(kind, facts);
  } finally {
    await notes.close();
  }
}
