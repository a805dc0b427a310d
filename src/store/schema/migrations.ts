import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { sha256 } from "#base";
import { packageRoot } from "../package-root.ts";

/** One step of the schema, as Prisma Migrate writes it. */
export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file's bytes: what Prisma's own engine records. */
  readonly checksum: string;
}

let ours: readonly Migration[] | undefined;

/** The steps this version of preloop knows, oldest first. */
export function ownMigrations(): readonly Migration[] {
  ours ??= readMigrations(path.join(packageRoot(), "prisma", "migrations"));
  return ours;
}

/** Reads a folder of `<name>/migration.sql` files. */
export function readMigrations(folder: string): readonly Migration[] {
  return readdirSync(folder)
    .map((name) => ({ name, file: path.join(folder, name, "migration.sql") }))
    .filter(({ file }) => existsSync(file))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, file }) => {
      const bytes = readFileSync(file);
      return { name, sql: bytes.toString("utf8"), checksum: sha256(bytes) };
    });
}
