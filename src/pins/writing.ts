import { type Log, messageOf } from "#base";
import { type Db, notePins, type PinKey } from "#store";
import type { FirstUses } from "./first-uses.ts";

/** Brings first uses to the store. Nobody waits for it; its own notification brings the new state. */
export interface PinWriting {
  /** Writes what the store does not have yet, and tries again later when that fails. */
  start(db: Db): void;
  /** Lets a writing that is under way come to its end, and begins none after it. */
  close(): Promise<void>;
}

export interface PinWritingOptions {
  readonly firstUses: FirstUses;
  readonly isInStore: (pin: PinKey) => boolean;
  /** Called when something could not be written. */
  readonly later: () => void;
  readonly log: Log;
}

export function createPinWriting({ firstUses, isInStore, later, log }: PinWritingOptions): PinWriting {
  let writing: Promise<void> | undefined;
  let isClosed = false;

  // One after the other: of two definitions of one thing, the one that was used first is good.
  async function write(db: Db): Promise<void> {
    for (let [use] = firstUses.unsettled(); use && !isClosed; [use] = firstUses.unsettled()) {
      const fresh = use.pins.filter((pin) => !isInStore(pin));
      if (fresh.length > 0) await notePins(db, fresh);
      firstUses.settle(use);
    }
  }

  return {
    start(db) {
      if (isClosed || firstUses.unsettled().length === 0) return;
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
