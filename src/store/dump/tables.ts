import type { Query } from "../db.ts";
import { ownMigrations } from "../schema/migrations.ts";

/** The tables that preloop's own migrations make; whatever else lives in the database is not ours to touch. */
export function ownTables(): readonly string[] {
  const made = ownMigrations().flatMap(({ sql }) => [
    ...sql.matchAll(/CREATE TABLE (?:IF NOT EXISTS )?"(\w+)"/g),
  ]);
  return made.map((match) => match[1]!);
}

/** Our tables that exist, those that others refer to first. */
export async function tablesInOrder(db: Query): Promise<readonly string[]> {
  const present = await db.rows<{ name: string }>(
    "SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(format('%I', name)) IS NOT NULL",
    [ownTables()],
  );
  const references = await db.rows<{ table: string; target: string }>(
    `SELECT c.relname AS table, t.relname AS target
     FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
     WHERE k.contype = 'f' AND c.relnamespace = current_schema()::regnamespace AND c.oid <> t.oid`,
  );
  const names = present.map(({ name }) => name);
  const ordered: string[] = [];
  const place = (name: string) => {
    if (ordered.includes(name) || !names.includes(name)) return;
    for (const { target } of references.filter(({ table }) => table === name)) place(target);
    ordered.push(name);
  };
  for (const name of names) place(name);
  return ordered;
}

/** A table's columns that hold something of their own; generated ones come back by themselves. */
export async function columnsOf(db: Query, table: string): Promise<readonly string[]> {
  const rows = await db.rows<{ name: string }>(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = to_regclass(format('%I', $1::text)) AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
     ORDER BY attnum`,
    [table],
  );
  return rows.map(({ name }) => name);
}

/** `"name"`, whatever the name is. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
