import { type Log, messageOf } from "#base";
import { type Db, type NewPin, notePins, type PinKey } from "#store";

/** What is to be written down of pins. Nobody waits for it; its own notification brings the new state. */
export interface PinWriting {
  /** Keeps a pin until it can be written; one that is in the store by then is let go. */
  add(pin: NewPin): void;
  /** Writes what is kept, and tries again later when that fails. */
  start(db: Db): void;
  /** Lets a writing that is under way come to its end, and begins none after it. */
  close(): Promise<void>;
}

export interface PinWritingOptions {
  readonly isInStore: (pin: PinKey) => boolean;
  /** Called when something could not be written. */
  readonly later: () => void;
  readonly log: Log;
}

export function createPinWriting({ isInStore, later, log }: PinWritingOptions): PinWriting {
  const waiting = new Map<string, NewPin>();
  let writing: Promise<void> | undefined;
  let isClosed = false;

  async function write(db: Db): Promise<void> {
    const fresh = [...waiting].filter(([, pin]) => !isInStore(pin));
    waiting.clear();
    if (fresh.length === 0) return;
    try {
      await notePins(
        db,
        fresh.map(([, pin]) => pin),
      );
    } catch (error) {
      for (const [key, pin] of fresh) waiting.set(key, pin);
      throw error;
    }
  }

  return {
    add(pin) {
      if (!isInStore(pin)) waiting.set(JSON.stringify([pin.server, pin.kind, pin.tool, pin.digest]), pin);
    },
    start(db) {
      if (waiting.size === 0 || isClosed) return;
      writing ??= write(db)
        .catch((error) => {
          log.debug("pins are not written down yet", { error: messageOf(error) });
          later();
        })
        .finally(() => {
          writing = undefined;
        });
    },
    async close() {
      isClosed = true;
      await writing;
    },
  };
}
