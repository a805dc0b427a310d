import { createHmac } from "node:crypto";
import { createKeyedHash } from "./keyed-hash.ts";
import type { Anchor } from "./types.ts";

/** The keyed hashes of the audit. Each use has its own label, so that none can stand in for another. */
export interface Chain {
  /** Where a writer's chain begins; bound to the writer, so records do not fit into another's chain. */
  genesis(writer: string): Anchor;
  /** The hash of a record that stands after `previous`. */
  next(previous: string, body: string): string;
  /** A mark over a journal line that is no record, at its place in the chain. */
  mark(head: string, text: string): string;
  /** What one writer's anchor adds to the ledger. */
  share(writer: string, anchor: Anchor): Buffer;
  seal(ledger: string): string;
  /** A seal over what a home has seen of audits. */
  homeSeal(marks: string): string;
}

/** HMAC-SHA-256 under a key derived from the secret for this purpose alone. */
export function createChain(secret: Uint8Array): Chain {
  const key = createHmac("sha256", secret).update("preloop audit chain 1").digest();
  const hash = createKeyedHash(key);
  return {
    genesis: (writer) => ({ seq: 0, hash: hash(`writer\n${writer}`) }),
    next: (previous, body) => hash(`record\n${previous}\n${body}`),
    mark: (head, text) => hash(`mark\n${head}\n${text}`),
    share: (writer, { seq, hash: head }) => Buffer.from(hash(`anchor\n${writer}\n${seq}\n${head}`), "hex"),
    seal: (ledger) => hash(`ledger\n${ledger}`),
    homeSeal: (marks) => hash(`home\n${marks}`),
  };
}
