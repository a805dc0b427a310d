import { PreloopError } from "#base";
import type { Chain } from "./chain.ts";
import type { Journal } from "./journal.ts";
import { readRecordLine } from "./journal-lines.ts";
import type { Anchor, ChainLink } from "./types.ts";

/** Progress of shipping a living writer's journal: the last record, and the byte behind it. */
export interface Shipment {
  readonly base: Anchor;
  readonly offset: number;
}

export interface Unshipped {
  readonly links: readonly ChainLink[];
  /** The shipment, once these are in the store. */
  readonly next: Shipment;
}

const CHUNK = 128 * 1024;
const NEWLINE = 10;

/**
 * The next records of a journal that its own process writes; lines of calls that have begun are passed over.
 * @throws audit_broken when the file is not what was written
 */
export function readUnshipped(
  journal: Pick<Journal, "path" | "readAt">,
  chain: Chain,
  from: Shipment,
  limit: number,
): Unshipped {
  const { path } = journal;
  const links: ChainLink[] = [];
  let { base, offset } = from;
  for (const { text, end } of wholeLines(journal, offset)) {
    if (links.length === limit) break;
    offset = end;
    const record = readRecordLine(text);
    if (!record) continue;
    if (record.seq <= base.seq) continue; // a journal begun anew starts with what is shipped
    if (record.seq !== base.seq + 1 || chain.next(base.hash, record.body) !== record.hash)
      throw new PreloopError("audit_broken", `${path} was changed: record ${base.seq + 1} is not as written`);
    links.push(record);
    base = record;
  }
  if (links.length === 0) throw new PreloopError("audit_broken", `${path} lost its records`);
  return { links, next: { base: { seq: base.seq, hash: base.hash }, offset } };
}

/** The lines from a byte on, each with the byte behind it; half a line at the end is left out. */
function* wholeLines(
  journal: Pick<Journal, "readAt">,
  from: number,
): Generator<{ readonly text: string; readonly end: number }> {
  let chunk = Buffer.allocUnsafe(CHUNK);
  for (let offset = from; ; ) {
    const length = journal.readAt(chunk, offset);
    let at = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0 && end < length; end = chunk.indexOf(NEWLINE, at)) {
      yield { text: chunk.toString("utf8", at, end), end: offset + end + 1 };
      at = end + 1;
    }
    if (length < chunk.length) return;
    offset += at;
    if (at === 0) chunk = Buffer.allocUnsafe(2 * chunk.length); // a line that is longer
  }
}
