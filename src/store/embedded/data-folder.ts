import fs from "node:fs";
import path from "node:path";
import { applyMigrations } from "../schema/migrate.ts";
import { ownMigrations } from "../schema/migrations.ts";
import { initDataFolder } from "./engine.ts";
import { packFolder, unpackFolder } from "./pack.ts";
import { type EmbeddedPaths, templateFile } from "./paths.ts";

const MAJOR = "18";
const UNFINISHED = /^pgdata\.new-/;

/** Makes sure that the data folder is there and can be opened by this engine. Only the owner may call it. */
export async function prepareDataFolder({ home, data }: EmbeddedPaths, generation: number): Promise<void> {
  for (const name of fs.readdirSync(home).filter((entry) => UNFINISHED.test(entry)))
    fs.rmSync(path.join(home, name), { recursive: true, force: true });
  if (fs.existsSync(data)) {
    refuseOtherMajor(data);
    return;
  }
  // Under another name until it is complete, so that a process killed here leaves nothing half-made.
  const folder = path.join(home, `pgdata.new-${generation}`);
  if (fs.existsSync(templateFile())) unpackFolder(fs.readFileSync(templateFile()), folder);
  else await initDataFolder(folder);
  fs.chmodSync(folder, 0o700);
  syncAll(folder);
  fs.renameSync(folder, data);
  sync(home);
}

/** Writes the template that a first start unpacks instead of running initdb. */
export async function writeTemplate(file: string): Promise<void> {
  const folder = `${file}.folder-${process.pid}`;
  const packed = `${file}.${process.pid}`;
  try {
    // With today's tables in it: making them takes as long as everything else that a first start does.
    await initDataFolder(folder, (tx) => applyMigrations(tx, ownMigrations()));
    fs.writeFileSync(packed, packFolder(folder));
    fs.renameSync(packed, file);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function refuseOtherMajor(data: string): void {
  const major = fs.readFileSync(path.join(data, "PG_VERSION"), "utf8").trim();
  if (major !== MAJOR)
    throw new Error(
      `${data} was made by Postgres ${major} and this preloop brings ${MAJOR}; dump it with the preloop that made it (preloop db dump), move it away, and restore`,
    );
}

function syncAll(folder: string): void {
  for (const name of fs.readdirSync(folder, { recursive: true, encoding: "utf8" }))
    sync(path.join(folder, name));
  sync(folder);
}

function sync(file: string): void {
  const descriptor = fs.openSync(file, "r");
  fs.fsyncSync(descriptor);
  fs.closeSync(descriptor);
}
