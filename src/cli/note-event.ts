import { hostname } from "node:os";
import { messageOf, shortId } from "#base";
import { openHome } from "#config";
import type { AuditEventKind } from "#model";
import type { House } from "./house.ts";

/** Writes down what a person did at this terminal. @throws audit_broken when that cannot be done */
export async function noteEvent(
  house: House,
  kind: AuditEventKind,
  facts: Readonly<Record<string, string>>,
): Promise<void> {
  const { createAudit } = await import("#audit");
  const { settings, loaded, log, key, store } = await house.foundation();
  openHome(settings.home);
  const audit = createAudit({
    home: settings.home,
    writer: { id: shortId(10), host: hostname() },
    key: await key(),
    redact: loaded.config.audit.redact,
    store,
    log,
  });
  try {
    audit.event(kind, await house.decider(), facts);
    // The line is in the journal by now; a later process ships what this one could not.
    await audit.flush().catch((error) => log.debug("the audit was not shipped", { error: messageOf(error) }));
  } finally {
    await audit.close();
  }
}
