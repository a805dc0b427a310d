import { existsSync, lstatSync, mkdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { codeOf, messageOf, PreloopError, sha256 } from "#base";
import { configAfter } from "./config-after.ts";
import type { ProposedRule } from "./extend-config.ts";
import type { InitPlan } from "./init-plan.ts";
import { type ChangeRecord, changeId, type FileRecord, writeRecord } from "./journal.ts";
import { readConfigBytes } from "./read-file.ts";
import { replaceFile } from "./write-file.ts";

interface Change {
  readonly record: FileRecord;
  readonly after: Buffer;
}

/**
 * Does what a plan says: first the journal, then preloop's config, then the clients' files, one after the other.
 * @throws init_refused when a file changed since it was read, or cannot be written
 */
export function applyPlan(
  plan: InitPlan,
  rules: readonly ProposedRule[],
  { home, now }: { readonly home: string; readonly now: Date },
): ChangeRecord {
  const id = changeId(now);
  const changes = [configChange(plan, rules, id), ...plan.clients.map((client) => clientChange(client, id))];
  const folders = missingFolders(path.dirname(plan.config.path));
  const record: ChangeRecord = {
    version: 1,
    id,
    at: now.toISOString(),
    folders,
    files: changes.map((change) => change.record),
  };
  for (const change of changes) assertUnchanged(change.record);
  writeRecord(home, record);
  for (const folder of folders) mkdirSync(folder, { mode: 0o700 });
  for (const { record: file, after } of changes) {
    assertUnchanged(file);
    write(file, after);
  }
  return record;
}

function configChange(plan: InitPlan, rules: readonly ProposedRule[], id: string): Change {
  const { bytes, additions } = configAfter(plan, rules);
  const file = { path: plan.config.path, before: plan.config.before, after: bytes };
  // Secrets of the clients' files come in here, so from now on it is the user's alone.
  return { record: recordOf(file, { kind: "config", additions }, { id, mode: 0o600 }), after: bytes };
}

function clientChange({ file, after, places, listed }: InitPlan["clients"][number], id: string): Change {
  const { client, path: name, bytes } = file;
  const edit = { kind: "client", client: client.id, format: client.format, places, listed } as const;
  return { record: recordOf({ path: name, before: bytes, after }, edit, { id }), after };
}

function recordOf(
  file: { readonly path: string; readonly before: Buffer | undefined; readonly after: Buffer },
  edit: FileRecord["edit"],
  { id, mode }: { readonly id: string; readonly mode?: number },
): FileRecord {
  const real = realOf(file.path);
  const beforeMode = file.before ? statSync(real).mode & 0o7777 : null;
  return {
    path: file.path,
    real,
    draft: path.join(path.dirname(real), `.${path.basename(real)}.preloop-${id}`),
    before: file.before ? file.before.toString("base64") : null,
    beforeHash: file.before ? sha256(file.before) : null,
    beforeMode,
    afterHash: sha256(file.after),
    afterMode: mode ?? beforeMode ?? 0o600,
    edit,
  };
}

// A link is written through: what it points at changes, and it stays a link.
function realOf(file: string): string {
  try {
    return realpathSync(file);
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    if (isLink(file))
      throw new PreloopError("init_refused", `${file} is a link to nothing; remove it or make its target`);
    return file;
  }
}

function isLink(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function assertUnchanged({ path: name, real, beforeHash }: FileRecord): void {
  const now = readConfigBytes(real);
  if ((now ? sha256(now) : null) !== beforeHash)
    throw new PreloopError(
      "init_refused",
      `${name} changed while init looked at it; close the program that writes it and run init again (preloop undo takes back what was done)`,
    );
}

function write(file: FileRecord, after: Buffer): void {
  try {
    replaceFile(file.real, after, { mode: file.afterMode, draft: file.draft });
  } catch (error) {
    throw new PreloopError(
      "init_refused",
      `${file.path} cannot be written: ${messageOf(error)}; preloop undo takes back what was done before it`,
      { cause: error },
    );
  }
}

function missingFolders(folder: string): string[] {
  if (existsSync(folder)) return [];
  return [...missingFolders(path.dirname(folder)), folder];
}
