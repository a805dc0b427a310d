import * as z from "zod";
import { compareBytes, known } from "../approvals/approval-rows.ts";
import type { Db, Query } from "../db.ts";
import { PIN_CHANNEL } from "../notify-channels.ts";

/** What can be pinned. A server itself, the way it is started or reached, is a `tool` without a name. */
export const PIN_KINDS = ["tool", "instructions", "prompt", "resource", "template"] as const;
export type PinKind = (typeof PIN_KINDS)[number];

/** Key of a pin: the definition by its digest, and what it is of. */
export interface PinKey {
  readonly server: string;
  readonly kind: PinKind;
  /** The name of a tool or prompt, the address of a resource or template; empty for instructions and the server itself. */
  readonly tool: string;
  readonly digest: string;
}

/** A definition as it was seen for the first time. */
export interface NewPin extends PinKey {
  /** The name or address clients know it by. */
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

/** Snapshot of the pins and of what is switched off, as a session must know them to judge calls. */
export interface PinSnapshot {
  readonly pins: readonly (PinKey & { readonly isAccepted: boolean })[];
  readonly off: readonly { readonly server: string; readonly tool: string }[];
}

export async function readPins(db: Query): Promise<PinSnapshot> {
  const pins = await db.rows<PinSnapshot["pins"][number]>(
    `SELECT server, kind, tool, digest, accepted_at IS NOT NULL AS "isAccepted" FROM pin`,
  );
  return { pins, off: await db.rows("SELECT server, tool FROM tool_switch") };
}

// A server that says something else each time must not fill the store.
const MAX_UNACCEPTED = 20;
const PINS_PER_INSERT = 500;

/**
 * Writes down definitions that nobody saw before. The first one of a thing is good from the start, unless it is held; any
 * other waits for a person, the latest of them at least.
 */
export async function notePins(db: Db, pins: readonly NewPin[]): Promise<void> {
  await db.transaction(async (tx) => {
    // Of two processes that see two first definitions at once, one is second.
    await tx.rows("SELECT pg_advisory_xact_lock(7170019)");
    for (let at = 0; at < pins.length; at += PINS_PER_INSERT)
      await insertPins(tx, pins.slice(at, at + PINS_PER_INSERT));
    await tx.rows(`SELECT pg_notify('${PIN_CHANNEL}', '')`);
  });
}

async function insertPins(tx: Query, pins: readonly NewPin[]): Promise<void> {
  await tx.rows(
    `INSERT INTO pin (server, kind, tool, digest, name, definition, flags, accepted_at, accepted_by)
     SELECT seen.server, seen.kind, seen.tool, seen.digest, seen.name, seen.definition, seen.flags::jsonb,
       first.at, CASE WHEN first.at IS NOT NULL THEN 'first use' END
     FROM (SELECT *, row_number() OVER (PARTITION BY server, kind, tool ORDER BY nth) = 1 AS leads
           FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bool[])
             WITH ORDINALITY AS given (server, kind, tool, digest, name, definition, flags, held, nth)) AS seen,
       LATERAL (SELECT CASE WHEN seen.leads AND NOT seen.held AND NOT EXISTS (
         SELECT FROM pin WHERE pin.server = seen.server AND pin.kind = seen.kind AND pin.tool = seen.tool)
         THEN now() END AS at) AS first
     ON CONFLICT DO NOTHING`,
    [
      ...keysOf(pins),
      pins.map(({ name }) => name),
      pins.map(({ definition }) => definition),
      pins.map(({ flags }) => JSON.stringify(flags)),
      pins.map(({ isHeld }) => isHeld),
    ],
  );
  await tx.rows(
    `DELETE FROM pin USING (
       SELECT pin.server, pin.kind, pin.tool, pin.digest,
         row_number() OVER (PARTITION BY pin.server, pin.kind, pin.tool ORDER BY first_seen_at DESC, pin.digest) AS nth
       FROM pin JOIN (SELECT DISTINCT * FROM unnest($1::text[], $2::text[], $3::text[]) AS given (server, kind, tool)) AS given
         ON pin.server = given.server AND pin.kind = given.kind AND pin.tool = given.tool
       WHERE pin.accepted_at IS NULL) AS old
     WHERE old.nth > ${MAX_UNACCEPTED} AND pin.server = old.server AND pin.kind = old.kind AND pin.tool = old.tool
       AND pin.digest = old.digest`,
    keysOf(pins).slice(0, 3),
  );
}

/** One list for each column of the key. */
function keysOf(pins: readonly PinKey[]): string[][] {
  return [
    pins.map(({ server }) => server),
    pins.map(({ kind }) => kind),
    pins.map(({ tool }) => tool),
    pins.map(({ digest }) => digest),
  ];
}

const flagsSchema = z.array(z.string());

/** Every definition that was ever seen, by server, kind and name, oldest first. */
export async function listPins(db: Db): Promise<PinRow[]> {
  const { pin } = await db.prisma();
  const rows = await pin.findMany({ orderBy: [{ firstSeenAt: "asc" }, { digest: "asc" }] });
  return rows
    .map(({ kind, flags, acceptedAt, acceptedBy, ...row }) => ({
      ...row,
      kind: kind as PinKind,
      flags: flagsSchema.parse(flags),
      ...known({ acceptedAt, acceptedBy }),
    }))
    .sort(
      (a, b) =>
        compareBytes(a.server, b.server) ||
        PIN_KINDS.indexOf(a.kind) - PIN_KINDS.indexOf(b.kind) ||
        compareBytes(a.tool, b.tool),
    );
}

/** Makes exactly these definitions good; how many were not yet. */
export async function acceptPins(db: Query, pins: readonly PinKey[], by: string): Promise<number> {
  const rows = await db.rows(
    `WITH accepted AS (
       UPDATE pin SET accepted_at = now(), accepted_by = $5
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS wanted (server, kind, tool, digest)
       WHERE pin.server = wanted.server AND pin.kind = wanted.kind AND pin.tool = wanted.tool
         AND pin.digest = wanted.digest AND accepted_at IS NULL RETURNING pin.digest)
     SELECT digest, pg_notify('${PIN_CHANNEL}', '') FROM accepted`,
    [...keysOf(pins), by],
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
