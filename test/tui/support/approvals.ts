import { digestOf, readJson } from "#base";
import type { Approval } from "#model";

/** The moment at which tests happen. */
export const NOW = new Date("2026-03-02T12:00:00Z");
const MINUTE_MS = 60_000;

/** An approval as the store would hand it out, for tests of what people see. */
export function anApproval(
  given: Partial<Approval> & { readonly args?: unknown; readonly argsText?: string } = {},
): Approval {
  const { args = { path: "notes.txt", content: "hello" }, argsText = JSON.stringify(args), ...rest } = given;
  const digest = digestOf(readJson(argsText));
  const now = given.createdAt ?? NOW;
  return {
    id: "a1b2c3",
    status: "pending",
    session: {
      id: "s7k2",
      client: "claude-code",
      clientVersion: "2.1.0",
      cwd: "/home/ana/src/api",
      user: "local:ana",
    },
    server: "files",
    tool: "write_file",
    name: "files__write_file",
    definitionDigest: "d".repeat(64),
    proposedArgs: argsText,
    proposedDigest: digest,
    effectiveArgs: argsText,
    effectiveDigest: digest,
    rule: "writes",
    risk: "medium",
    why: "Files outside the project are asked about.",
    policyVersion: "v1",
    workflow: { name: "default", approvers: [], quorum: 1, timeoutMs: 15 * MINUTE_MS, notify: [] },
    votes: [],
    createdAt: now,
    deadline: new Date(now.getTime() + 15 * MINUTE_MS),
    patienceUntil: new Date(now.getTime() + 4 * MINUTE_MS),
    ...rest,
  };
}
