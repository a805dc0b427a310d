import { isPreloopError, messageOf, PreloopError } from "#base";
import type { Journal, Remark } from "./journal.ts";

/**
 * Writes remarks into the journal. What several calls have to say in one turn of the event loop is written in one go,
 * so that a call in company pays for a share of a write.
 */
export interface Scribe {
  /** Resolves when the journal has it, with the reason when it cannot be written. */
  soon(remark: Remark): Promise<PreloopError | undefined>;
  /** Writes at once what waits, and then the remark. @throws audit_broken */
  now(remark?: Remark): void;
}

export interface ScribeOptions {
  readonly journal: Pick<Journal, "write">;
  /** The journal has grown. */
  readonly onWritten: () => void;
  /** Records wait for room: said once until there is some again. */
  readonly onTrouble: (error: PreloopError) => void;
}

/** Beyond this, records of calls that were not sent are given up; nothing is sent while any waits. */
const MAX_UNWRITTEN = 10_000;

interface Turn {
  readonly written: Promise<PreloopError | undefined>;
  readonly end: (failure?: PreloopError) => void;
}

export function createScribe({ journal, onWritten, onTrouble }: ScribeOptions): Scribe {
  let waiting: Remark[] = [];
  // Records that found a full disk stand before anything new: nothing is sent while they cannot be written.
  let unwritten: readonly Remark[] = [];
  let turn: Turn | undefined;

  /** All that waits, in one write or not at all. */
  function writeAll(): PreloopError | undefined {
    const remarks = unwritten.length > 0 ? [...unwritten, ...waiting] : waiting;
    const ended = turn;
    waiting = [];
    turn = undefined;
    const failure = remarks.length > 0 ? tryToWrite(remarks) : undefined;
    ended?.end(failure);
    return failure;
  }

  function tryToWrite(remarks: readonly Remark[]): PreloopError | undefined {
    try {
      journal.write(remarks);
      unwritten = [];
      onWritten();
      return undefined;
    } catch (error) {
      const failure = asPreloopError(error);
      const records = remarks.filter(({ kind }) => kind === "record");
      if (records.length > 0 && unwritten.length === 0) onTrouble(failure);
      unwritten = records.slice(0, MAX_UNWRITTEN);
      return failure;
    }
  }

  return {
    soon(remark) {
      waiting.push(remark);
      turn ??= beginTurn(writeAll);
      return turn.written;
    },
    now(remark) {
      const failure = writeAll();
      if (failure) throw failure;
      if (!remark) return;
      journal.write([remark]);
      onWritten();
    },
  };
}

// A tick runs when all that the last event set off has been done, before anything is read or sent.
function beginTurn(work: () => void): Turn {
  let end!: Turn["end"];
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
