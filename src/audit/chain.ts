import { createHmac } from "node:crypto";
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
}

/** HMAC-SHA-256 under a key derived from the secret for this purpose alone. */
export function createChain(secret: Uint8Array): Chain {
  const key = createHmac("sha256", secret).update("preloop audit chain 1").digest();
  const hash = (text: string) => createHmac("sha256", key).update(text);
  return {
    genesis: (writer) => ({ seq: 0, hash: hash(`writer\n${writer}`).digest("hex") }),
    next: (previous, body) => hash(`record\n${previous}\n${body}`).digest("hex"),
    mark: (head, text) => hash(`mark\n${head}\n${text}`).digest("hex"),
    share: (writer, { seq, hash: head }) => hash(`anchor\n${writer}\n${seq}\n${head}`).digest(),
    seal: (ledger) => hash(`ledger\n${ledger}`).digest("hex"),
  };
}
