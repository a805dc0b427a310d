import { digestOf, readJson } from "#base";
import type { Approval } from "#model";

/** An approval as a page meets it. */
export function approvalOf(args: string, changes: Partial<Approval> = {}): Approval {
  const digest = digestOf(readJson(args));
  return {
    id: "k7m2qx",
    status: "pending",
    session: {
      id: "s4v9tc",
      client: "claude-code",
      clientVersion: "2.1.197",
      cwd: "/home/ana/acme/app",
      user: "local:ana",
    },
    server: "files",
    tool: "write_file",
    name: "files__write_file",
    definitionDigest: "d".repeat(64),
    proposedArgs: args,
    proposedDigest: digest,
    effectiveArgs: args,
    effectiveDigest: digest,
    rule: "writes",
    risk: "medium",
    policyVersion: "1",
    workflow: { name: "default", approvers: [], quorum: 1, timeoutMs: 900_000, notify: [] },
    votes: [],
    createdAt: new Date(),
    deadline: new Date(Date.now() + 900_000),
    ...changes,
  };
}
