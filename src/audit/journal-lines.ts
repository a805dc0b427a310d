import type { Chain } from "./chain.ts";
import { oneLine, type RecordDraft } from "./draft.ts";
import type { Anchor, ChainLink, Writer } from "./types.ts";

/** State that a call had reached when its line was written. */
export type CallState = "waiting" | "sending";

/** The first line of a journal: whose it is, and where the chain stands from which it goes on. */
export interface Header extends Writer {
  readonly base: Anchor;
  /** The store that has the records up to `base`, once one has. */
  readonly store?: string;
}

/** A call that has begun and has no record yet; `number` counts such lines in this file. */
export interface Start {
  readonly number: number;
  readonly state: CallState;
  readonly draft: RecordDraft;
}

/** Line of a journal, taken apart. */
export type JournalLine =
  | { readonly kind: "header"; readonly header: Header; readonly text: string; readonly mark: string }
  | { readonly kind: "start"; readonly start: Start; readonly text: string; readonly mark: string }
  | { readonly kind: "record"; readonly link: ChainLink };

export function formatHeader(chain: Chain, header: Header): string {
  const text = oneLine(JSON.stringify(header));
  return `{"journal":${text},"mark":"${chain.mark("", text)}"}\n`;
}

/** A mark binds the line to the head before it without moving the head: only records make the chain. */
export function formatStart(chain: Chain, head: string, start: Start): string {
  const text = oneLine(JSON.stringify(start));
  return `{"start":${text},"mark":"${chain.mark(head, text)}"}\n`;
}

export function formatRecord({ seq, hash, body }: ChainLink): string {
  return `{"seq":${seq},"hash":"${hash}","record":${body}}\n`;
}

const MARKED = /^\{"(journal|start)":(\{.*\}),"mark":"([0-9a-f]{64})"\}$/;
const RECORD = /^\{"seq":(\d{1,10}),"hash":"([0-9a-f]{64})","record":(\{.*\})\}$/;

/** Takes a line apart; undefined for anything that no preloop wrote. Whether it is genuine, the reader checks. */
export function readLine(line: string): JournalLine | undefined {
  try {
    const link = readRecordLine(line);
    if (link) {
      JSON.parse(link.body);
      return { kind: "record", link };
    }
    const marked = MARKED.exec(line);
    if (!marked) return undefined;
    const [, kind, text, mark] = marked as unknown as [string, string, string, string];
    if (kind === "start") return { kind, start: JSON.parse(text) as Start, text, mark };
    return { kind: "header", header: JSON.parse(text) as Header, text, mark };
  } catch {
    return undefined;
  }
}

/** A record's line taken apart; undefined for any other. */
export function readRecordLine(line: string): ChainLink | undefined {
  const record = RECORD.exec(line);
  if (!record) return undefined;
  const [, seq, hash, body] = record as unknown as [string, string, string, string];
  return { seq: Number(seq), hash, body };
}
