import { existsSync, rmSync } from "node:fs";
import { type Log, messageOf } from "#base";
import type { NewPin, PinKey, PinSnapshot } from "#store";
import { addFile, filesAfter, readUse } from "./first-use-files.ts";

/** Definitions that were used for the first time at one moment. */
export interface FirstUse {
  readonly pins: readonly NewPin[];
  /** Where it stands among the others: a file that keeps it until the store has it, or a place in memory behind all of them. */
  readonly place: string;
}

/** First uses that the store may not know of yet, written to the home before anything rests on them. */
export interface FirstUses {
  /** Those of this process, of all before it and beside it, in their order. */
  all(): readonly FirstUse[];
  /** Those that the store does not have yet. */
  unsettled(): readonly FirstUse[];
  keep(pins: readonly NewPin[]): void;
  /** The store has it now. */
  settle(use: FirstUse): void;
  /** What the store has by now need not be remembered once it has been read: call the result then. */
  beginRead(): () => void;
}

/** First uses kept in numbered files beside `keptIn`; without it, in memory. */
export function keepFirstUses(keptIn: string | undefined, log: Log): FirstUses {
  const uses = new Map<string, FirstUse>();
  const settled = new Set<string>();
  let inMemory = 0;
  const prefix = keptIn === undefined ? undefined : `${keptIn.replace(/\.json$/, "")}.first-`;

  function all(): readonly FirstUse[] {
    for (const file of prefix === undefined ? [] : filesAfter(prefix)) {
      const pins = uses.has(file) ? undefined : readUse(file);
      if (pins) uses.set(file, { pins, place: file });
    }
    return [...uses].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, use]) => use);
  }

  function write(pins: readonly NewPin[]): string | undefined {
    if (prefix === undefined) return undefined;
    try {
      return addFile(prefix, JSON.stringify(pins));
    } catch (error) {
      log.debug("a first use is not kept", { reason: messageOf(error) });
      return undefined;
    }
  }

  return {
    all,
    unsettled: () => all().filter(({ place }) => !settled.has(place)),
    keep(pins) {
      const place = write(pins) ?? `${IN_MEMORY}${String(++inMemory).padStart(12, "0")}`;
      uses.set(place, { pins, place });
    },
    settle({ place }) {
      settled.add(place);
      if (!place.startsWith(IN_MEMORY)) rmSync(place, { force: true });
    },
    beginRead() {
      const known = [...settled];
      return () => {
        for (const place of known) {
          uses.delete(place);
          // A file that could not be removed would be taken for a new one.
          if (place.startsWith(IN_MEMORY) || !existsSync(place)) settled.delete(place);
        }
      };
    },
  };
}

// Sorts behind every path.
const IN_MEMORY = "~";

/** What is known once first uses count: of each thing the first is good, unless it is held. */
export function withFirstUses({ pins, off }: PinSnapshot, uses: readonly FirstUse[]): PinSnapshot {
  const known = new Set(pins.map(pinKey));
  const things = new Set(pins.map(thingKey));
  const added = uses
    .flatMap((use) => use.pins)
    .flatMap((pin) => {
      if (known.has(pinKey(pin))) return [];
      const isAccepted = !pin.isHeld && !things.has(thingKey(pin));
      known.add(pinKey(pin));
      things.add(thingKey(pin));
      const { server, kind, tool, digest } = pin;
      return [{ server, kind, tool, digest, isAccepted }];
    });
  return { pins: [...pins, ...added], off };
}

function pinKey({ server, kind, tool, digest }: PinKey): string {
  return JSON.stringify([server, kind, tool, digest]);
}

function thingKey({ server, kind, tool }: PinKey): string {
  return JSON.stringify([server, kind, tool]);
}
