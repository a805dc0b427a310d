import { isPreloopError, messageOf, PreloopError } from "#base";
import type { Journal, JournalEntry } from "./journal.ts";

/**
 * Writes remarks into the journal. What several calls have to say in one turn of the event loop is written in one go,
 * so that a call in company pays for a share of a write.
 */
export interface GroupCommit {
  /** Resolves when the journal has it, with the reason when it cannot be written. */
  write(entry: JournalEntry): Promise<PreloopError | undefined>;
  /** Writes at once what waits, and then the remark. @throws audit_broken */
  writeNow(entry?: JournalEntry): void;
}

export interface GroupCommitOptions {
  readonly journal: Pick<Journal, "write">;
  /** The journal has grown. */
  readonly onWritten: () => void;
  /** Records wait for room: said once until there is some again. */
  readonly onFailure: (error: PreloopError) => void;
}

/** Beyond this, records of calls that were not sent are given up; nothing is sent while any waits. */
const MAX_UNWRITTEN = 10_000;

interface CommitGroup {
  readonly written: Promise<PreloopError | undefined>;
  readonly end: (failure?: PreloopError) => void;
}

export function createGroupCommit({ journal, onWritten, onFailure }: GroupCommitOptions): GroupCommit {
  let waiting: JournalEntry[] = [];
  // Records that found a full disk stand before anything new: nothing is sent while they cannot be written.
  let unwritten: readonly JournalEntry[] = [];
  let group: CommitGroup | undefined;

  /** All that waits, in one write or not at all. */
  function writeAll(): PreloopError | undefined {
    const entries = unwritten.length > 0 ? [...unwritten, ...waiting] : waiting;
    const ended = group;
    waiting = [];
    group = undefined;
    const failure = entries.length > 0 ? tryToWrite(entries) : undefined;
    ended?.end(failure);
    return failure;
  }

  function tryToWrite(entries: readonly JournalEntry[]): PreloopError | undefined {
    try {
      journal.write(entries);
      unwritten = [];
      onWritten();
      return undefined;
    } catch (error) {
      const failure = asPreloopError(error);
      const records = entries.filter(({ kind }) => kind === "record");
      if (records.length > 0 && unwritten.length === 0) onFailure(failure);
      unwritten = records.slice(0, MAX_UNWRITTEN);
      return failure;
    }
  }

  return {
    write(entry) {
      waiting.push(entry);
      group ??= beginGroup(writeAll);
      return group.written;
    },
    writeNow(entry) {
      const failure = writeAll();
      if (failure) throw failure;
      if (!entry) return;
      journal.write([entry]);
      onWritten();
    },
  };
}

// A tick runs when all that the last event set off has been done, before anything is read or sent.
function beginGroup(work: () => void): CommitGroup {
  let end!: CommitGroup["end"];
  const written = new Promise<PreloopError | undefined>((resolve) => {
    end = resolve;
  });
  process.nextTick(work);
  return { written, end };
}

function asPreloopError(error: unknown): PreloopError {
  return isPreloopError(error)
    ? error
    : new PreloopError("internal", `the audit failed: ${messageOf(error)}`, { cause: error });
}
