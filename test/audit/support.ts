import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Audit, type AuditOptions, createAudit, type ListedEntry } from "#audit";
import { digestOf, type JsonObject, silentLog, writeJson } from "#base";
import type { AuditRecord, Decision, ToolCall } from "#model";

export const key = Buffer.from("a secret key of thirty-two bytes or more");

export function callOf(changes: Partial<ToolCall> & { readonly args?: JsonObject } = {}): ToolCall {
  const args = changes.args ?? { path: "/tmp/a", text: "hello" };
  return {
    id: randomUUID(),
    session: { id: "s1", client: "test-client", clientVersion: "1", cwd: "/work", user: "local:ana" },
    server: "files",
    tool: "write",
    name: "files__write",
    args,
    argsText: writeJson(args),
    definitionDigest: digestOf({}),
    annotations: {},
    trusted: false,
    ...changes,
  };
}

export function decisionOf(changes: Partial<Decision> = {}): Decision {
  return { action: "allow", rule: "writes", risk: "low", faults: [], ...changes };
}

export function auditOf(home: string, changes: Partial<AuditOptions> = {}): Audit {
  const writer = { id: randomUUID(), host: "test" };
  return createAudit({ home, writer, key, log: silentLog, ...changes });
}

/** One allowed call, from its beginning to its end. */
export async function writeCall(audit: Audit, changes: Parameters<typeof callOf>[0] = {}): Promise<ToolCall> {
  const call = callOf(changes);
  const entry = audit.begin(call, decisionOf());
  await entry.sending();
  await entry.finish({ outcome: "ok" });
  return call;
}

/** So many allowed calls at once; gives their ids. */
export async function writeCalls(audit: Audit, count: number): Promise<string[]> {
  const calls = await Promise.all(Array.from({ length: count }, () => writeCall(audit)));
  return calls.map(({ id }) => id);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** The records of calls; events are left out. */
export function callsOf(entries: readonly ListedEntry[]): AuditRecord[] {
  return entries.flatMap(({ record }) => ("event" in record ? [] : [record]));
}

export function readJournalFile(home: string, writer: string): string {
  return readFileSync(path.join(home, "journal", `${writer}.ndjson`), "utf8");
}
