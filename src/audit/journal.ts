import { createInFlight, PreloopError } from "#base";
import type { Chain } from "./chain.ts";
import type { RecordDraft } from "./draft.ts";
import { createJournalFile, journalDirectory } from "./journal-file.ts";
import { type CallState, formatHeader, formatRecord, formatStart, type Start } from "./journal-lines.ts";
import type { Anchor, ChainLink, Writer } from "./types.ts";

/** Journal of one writer, a file of its own: what has happened, before the store knows. */
export interface Journal {
  readonly path: string;
  /** The last record written. */
  readonly head: Anchor;
  readonly sizeBytes: number;
  /** Writes all of them in one go or none, records at the end of the chain. @throws audit_broken */
  write(entries: readonly JournalEntry[]): void;
  /** Reads from a byte on into the chunk, and says how many bytes; from our own file, even if it was removed. */
  readAt(chunk: Buffer, offset: number): number;
  /** Begins the file anew with what the store lacks: open calls, and the records after `base`. */
  rotate(base: Anchor, store: string | undefined, rest: readonly ChainLink[]): void;
  /** True when somebody removed the file under us. */
  isGone(): boolean;
  /** Closes the liveness socket; the file stays for a later process when it still says something. */
  close(isShipped: boolean): void;
}

/** Entry of a journal: how far a call has come, or a whole record. */
export type JournalEntry =
  | { readonly kind: "start"; readonly state: CallState; readonly draft: RecordDraft }
  /** `callId` names the call that the record closes. */
  | { readonly kind: "record"; readonly body: string; readonly callId?: string };

/** Opens nothing yet: the file comes with the first line. */
export function createJournal(home: string, writer: Writer, chain: Chain): Journal {
  if (!/^[\w-]{1,100}$/.test(writer.id))
    throw new PreloopError("internal", `"${writer.id}" cannot name a journal`);
  const file = createJournalFile(journalDirectory(home), writer.id);
  const calls = createInFlight<string, Omit<Start, "number">>();
  let base = chain.genesis(writer.id);
  let head = base;
  let starts = 0;

  const header = (store?: string) => formatHeader(chain, { ...writer, base, ...(store && { store }) });

  return {
    path: file.path,
    get head() {
      return head;
    },
    get sizeBytes() {
      return file.sizeBytes;
    },
    write(entries) {
      let at: Anchor = head;
      let number = starts;
      let lines = "";
      for (const entry of entries)
        if (entry.kind === "start") {
          const { state, draft } = entry;
          lines += formatStart(chain, at.hash, { number: ++number, state, draft });
        } else {
          const link = { seq: at.seq + 1, hash: chain.next(at.hash, entry.body), body: entry.body };
          lines += formatRecord(link);
          at = link;
        }
      file.append(lines, header);
      head = { seq: at.seq, hash: at.hash };
      starts = number;
      for (const entry of entries)
        if (entry.kind === "start") calls.set(entry.draft.callId, entry);
        else if (entry.callId !== undefined) calls.take(entry.callId);
    },
    readAt: file.readAt,
    rotate(newBase, store, rest) {
      if (!file.isOpen) return;
      base = newBase;
      const begun = calls
        .values()
        .map(({ state, draft }, index) => formatStart(chain, base.hash, { number: index + 1, state, draft }));
      file.replace([header(store), ...begun, ...rest.map(formatRecord)].join(""));
      starts = begun.length;
    },
    isGone: file.isGone,
    close: (isShipped) => file.close(!isShipped || calls.size > 0),
  };
}
