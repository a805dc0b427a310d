import { sharedName, withSharedNames } from "./names.ts";
import { type ChannelChange, effectsOf, type SessionEffects } from "./sql.ts";
import { cstring, message, readCstring, simpleQuery } from "./wire.ts";

/** What runs in one piece: a simple query, or extended messages up to a Sync or a Flush. */
export interface MessageBatch {
  readonly bytes: Buffer;
  readonly touchesSettings: boolean;
  readonly channels: readonly ChannelChange[];
}

/** Gathers one connection's messages into batches whose names cannot meet another connection's. */
export interface BatchMaker {
  /** The batch that `bytes` completes, if it completes one. */
  add(type: string, bytes: Buffer): MessageBatch | undefined;
  /** The named statements this connection has left in the session. */
  statements(): readonly string[];
}

// Sync, Flush, and the words of a COPY end what can be run.
const ENDS = new Set(["S", "H", "F", "c", "f", "d"]);

export function createBatchMaker(connection: number): BatchMaker {
  const prepared = new Map<string, SessionEffects>();
  let parts: Buffer[] = [];
  let effects: SessionEffects[] = [];

  function take(): MessageBatch {
    const batch = joined(Buffer.concat(parts), effects);
    parts = [];
    effects = [];
    return batch;
  }

  function parse(bytes: Buffer): Buffer {
    const [name, afterName] = readCstring(bytes, 5);
    const [sql] = readCstring(bytes, afterName);
    const found = effectsOf(sql);
    prepared.set(name, found);
    const shared = cstring(sharedName(connection, name));
    if (found.refusal) return message("P", shared, cstring(raise(found.refusal)), Buffer.from([0, 0]));
    return name ? message("P", shared, bytes.subarray(afterName)) : bytes;
  }

  function note(type: string, bytes: Buffer): void {
    if (type === "B") {
      const [, afterPortal] = readCstring(bytes, 5);
      const found = prepared.get(readCstring(bytes, afterPortal)[0]);
      if (found) effects.push(found);
    }
    if (type === "C" && bytes[5] === 0x53 /* a statement, not a portal */)
      prepared.delete(readCstring(bytes, 6)[0]);
  }

  return {
    add(type, bytes) {
      if (type === "Q") {
        const found = effectsOf(readCstring(bytes, 5)[0]);
        return joined(found.refusal ? simpleQuery(raise(found.refusal)) : bytes, [found]);
      }
      note(type, bytes);
      parts.push(type === "P" ? parse(bytes) : withSharedNames(connection, type, bytes));
      return ENDS.has(type) ? take() : undefined;
    },
    statements: () => [...prepared.keys()].filter((name) => name !== ""),
  };
}

function joined(bytes: Buffer, effects: readonly SessionEffects[]): MessageBatch {
  return {
    bytes,
    touchesSettings: effects.some((one) => one.touchesSettings),
    channels: effects.flatMap((one) => (one.refusal ? [] : one.channels)),
  };
}

// Refused inside the engine, so that the state of the transaction is what the client believes it is.
function raise(why: string): string {
  return `DO $$BEGIN RAISE feature_not_supported USING MESSAGE = '${why.replaceAll("'", "''")}'; END$$`;
}
