import fs from "node:fs";
import type { Chain } from "./chain.ts";
import { type RecordDraft, recordText } from "./draft.ts";
import { type Header, readLine, type Start } from "./journal-lines.ts";
import type { Anchor, ChainLink } from "./types.ts";

/** What reading a journal comes upon, in the order of its lines. */
export type JournalItem =
  | { readonly kind: "header"; readonly header: Header }
  | { readonly kind: "record"; readonly link: ChainLink }
  /** The file stops being what its writer wrote; nothing after it can be trusted. */
  | { readonly kind: "fault"; readonly line: number; readonly problem: string; readonly seq: number }
  /** Calls that have begun and have no record, and the place where the chain stands. */
  | { readonly kind: "end"; readonly open: readonly Start[]; readonly head: Anchor };

/** Reads a journal line by line and checks every hash. A last line without its newline was torn by a death and is dropped. */
export function* readJournal(path: string, chain: Chain): Generator<JournalItem, void> {
  const reading: JournalReading = { chain, open: new Map(), head: undefined, starts: 0 };
  let number = 0;
  for (const text of linesOf(path)) {
    number++;
    const item = readItem(text, reading);
    if (typeof item === "string") {
      yield { kind: "fault", line: number, problem: item, seq: (reading.head?.seq ?? 0) + 1 };
      return;
    }
    if (item) yield item;
  }
  if (!reading.head) yield { kind: "fault", line: 1, problem: "the header is missing", seq: 1 };
  else yield { kind: "end", open: [...reading.open.values()], head: reading.head };
}

/** What a dead writer's open call became. It has the call's own time, so whoever closes it writes the same record. */
export function closeStart(chain: Chain, head: Anchor, { draft, state }: Start): ChainLink {
  const ending =
    state === "waiting"
      ? { outcome: "cancelled" as const, detail: "preloop ended while the call waited" }
      : { outcome: "unknown" as const, detail: "preloop ended while the call ran" };
  const body = recordText(draft, ending, 0);
  return { seq: head.seq + 1, hash: chain.next(head.hash, body), body };
}

interface JournalReading {
  readonly chain: Chain;
  readonly open: Map<string, Start>;
  head: Anchor | undefined;
  starts: number;
}

/** A step, nothing of note, or (a string) why the line is not what the writer wrote. */
function readItem(text: string, reading: JournalReading): JournalItem | string | undefined {
  const line = readLine(text);
  if (!line) return "not a line of a journal";
  const { chain, head } = reading;
  if (line.kind === "header") {
    if (head) return "a second header";
    if (chain.mark("", line.text) !== line.mark)
      return "the header was changed, or another secret key wrote it";
    reading.head = line.header.base;
    return { kind: "header", header: line.header };
  }
  if (!head) return "the header is missing";
  if (line.kind === "start") {
    if (chain.mark(head.hash, line.text) !== line.mark) return "the line was changed or moved";
    if (line.start.number !== ++reading.starts) return "a line before it is missing";
    reading.open.set(line.start.draft.callId, line.start);
    return undefined;
  }
  if (line.link.seq !== head.seq + 1) return `record ${head.seq + 1} is missing`;
  if (chain.next(head.hash, line.link.body) !== line.link.hash) return "the record was changed or moved";
  reading.head = line.link;
  const { callId } = JSON.parse(line.link.body) as Partial<RecordDraft>;
  if (callId !== undefined) reading.open.delete(callId);
  return { kind: "record", link: line.link };
}

const CHUNK = 256 * 1024;

function* linesOf(path: string): Generator<string, void> {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
  try {
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const length = fs.readSync(fd, chunk, 0, CHUNK, null);
      if (length === 0) return;
      let text =
        rest.length === 0 ? chunk.subarray(0, length) : Buffer.concat([rest, chunk.subarray(0, length)]);
      for (let end = text.indexOf(10); end >= 0; end = text.indexOf(10)) {
        yield text.toString("utf8", 0, end);
        text = text.subarray(end + 1);
      }
      rest = text;
    }
  } finally {
    fs.closeSync(fd);
  }
}
