import * as z from "zod";
import type { Db, Query } from "./db.ts";
import { PIN_CHANNEL } from "./wake.ts";

/** Which definition: of a tool, or of the server itself when `tool` is empty. */
export interface PinKey {
  readonly server: string;
  readonly tool: string;
  readonly digest: string;
}

/** A definition as it was seen for the first time. */
export interface NewPin extends PinKey {
  /** The name clients call it by. */
  readonly name: string;
  /** JSON text. */
  readonly definition: string;
  /** What is odd about it; kept for people. */
  readonly flags: readonly string[];
  /** True for one that even the first use does not make good. */
  readonly isHeld: boolean;
}

/** A definition with all that is known of it. */
export interface PinRow extends PinKey {
  readonly name: string;
  readonly definition: string;
  readonly flags: readonly string[];
  readonly firstSeenAt: Date;
  readonly acceptedAt?: Date;
  readonly acceptedBy?: string;
}

/** What a session must know to judge calls. */
export interface PinSnapshot {
  readonly pins: readonly (PinKey & { readonly isAccepted: boolean })[];
  readonly off: readonly { readonly server: string; readonly tool: string }[];
}

export async function readPins(db: Query): Promise<PinSnapshot> {
  const pins = await db.rows<PinSnapshot["pins"][number]>(
    `SELECT server, tool, digest, accepted_at IS NOT NULL AS "isAccepted" FROM pin`,
  );
  return { pins, off: await db.rows("SELECT server, tool FROM tool_switch") };
}

/**
 * Writes down definitions that nobody saw before. The first one of a tool is good from the start, unless it is held; any
 * other waits for a person.
 */
export async function notePins(db: Db, pins: readonly NewPin[]): Promise<void> {
  await db.transaction(async (tx) => {
    // Of two processes that see two first definitions at once, one is second.
    await tx.rows("SELECT pg_advisory_xact_lock(7170019)");
    await tx.rows(
      `INSERT INTO pin (server, tool, digest, name, definition, flags, accepted_at, accepted_by)
       SELECT seen.server, seen.tool, seen.digest, seen.name, seen.definition, seen.flags::jsonb,
         first.at, CASE WHEN first.at IS NOT NULL THEN 'first use' END
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[])
         AS seen (server, tool, digest, name, definition, flags, held),
         LATERAL (SELECT CASE WHEN NOT seen.held AND NOT EXISTS (
           SELECT FROM pin WHERE pin.server = seen.server AND pin.tool = seen.tool) THEN now() END AS at) AS first
       ON CONFLICT DO NOTHING`,
      [
        pins.map(({ server }) => server),
        pins.map(({ tool }) => tool),
        pins.map(({ digest }) => digest),
        pins.map(({ name }) => name),
        pins.map(({ definition }) => definition),
        pins.map(({ flags }) => JSON.stringify(flags)),
        pins.map(({ isHeld }) => isHeld),
      ],
    );
    await tx.rows(`SELECT pg_notify('${PIN_CHANNEL}', '')`);
  });
}

interface Row extends Omit<PinRow, "flags" | "acceptedAt" | "acceptedBy"> {
  readonly flags: unknown;
  readonly acceptedAt: Date | null;
  readonly acceptedBy: string | null;
}

const flagsSchema = z.array(z.string());

/** Every definition that was ever seen, by server and tool, oldest first. */
export async function listPins(db: Query): Promise<PinRow[]> {
  const rows = await db.rows<Row>(
    `SELECT server, tool, digest, name, definition, flags, first_seen_at AS "firstSeenAt",
       accepted_at AS "acceptedAt", accepted_by AS "acceptedBy"
     FROM pin ORDER BY server COLLATE "C", tool COLLATE "C", first_seen_at, digest`,
  );
  return rows.map(({ flags, acceptedAt, acceptedBy, ...row }) => ({
    ...row,
    flags: flagsSchema.parse(flags),
    ...(acceptedAt && { acceptedAt }),
    ...(acceptedBy !== null && { acceptedBy }),
  }));
}

/** Makes exactly these definitions good; how many were not yet. */
export async function acceptPins(db: Query, pins: readonly PinKey[], by: string): Promise<number> {
  const rows = await db.rows(
    `WITH accepted AS (
       UPDATE pin SET accepted_at = now(), accepted_by = $4
       FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (server, tool, digest)
       WHERE pin.server = wanted.server AND pin.tool = wanted.tool AND pin.digest = wanted.digest
         AND accepted_at IS NULL RETURNING pin.digest)
     SELECT digest, pg_notify('${PIN_CHANNEL}', '') FROM accepted`,
    [pins.map(({ server }) => server), pins.map(({ tool }) => tool), pins.map(({ digest }) => digest), by],
  );
  return rows.length;
}

/** Switches a tool, or a whole server when `tool` is empty; true when that changed anything. */
export async function switchTool(
  db: Query,
  { server, tool }: { readonly server: string; readonly tool: string },
  to: { readonly on: boolean; readonly by: string },
): Promise<boolean> {
  const change = to.on
    ? "DELETE FROM tool_switch WHERE server = $1 AND tool = $2 AND $3 <> '' RETURNING server"
    : "INSERT INTO tool_switch (server, tool, off_by) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING server";
  const rows = await db.rows(
    `WITH changed AS (${change}) SELECT server, pg_notify('${PIN_CHANNEL}', '') FROM changed`,
    [server, tool, to.by],
  );
  return rows.length > 0;
}
