import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { codeOf, type Log, messageOf, shortId } from "#base";
import { type NewPin, PIN_KINDS, type PinKey, type PinSnapshot } from "#store";

/** What was used for the first time at one moment. */
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

const NUMBER = /-(\d{15})\.json$/;

function filesAfter(prefix: string): string[] {
  const folder = path.dirname(prefix);
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(path.basename(prefix)) && NUMBER.test(name))
      .sort()
      .map((name) => path.join(folder, name));
  } catch {
    return [];
  }
}

/**
 * Puts a file in place whole, behind all that are there. Its number is the time, or what comes after the last one, so that
 * the name of one that was taken up does not come back.
 */
function addFile(prefix: string, text: string): string {
  mkdirSync(path.dirname(prefix), { recursive: true, mode: 0o700 });
  const draft = `${prefix}${process.pid}-${shortId(8)}.draft`;
  writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
  try {
    for (;;) {
      const last = Number(NUMBER.exec(filesAfter(prefix).at(-1) ?? "")?.[1] ?? 0);
      const file = `${prefix}${String(Math.max(Date.now(), last + 1)).padStart(15, "0")}.json`;
      try {
        linkSync(draft, file); // unlike a rename, this fails when another process was first
        return file;
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function readUse(file: string): readonly NewPin[] | undefined {
  try {
    const pins = JSON.parse(readFileSync(file, "utf8")) as readonly NewPin[];
    return pins.every(isPin) ? pins : undefined;
  } catch {
    return undefined; // taken up by another process meanwhile, or not ours
  }
}

function isPin(pin: NewPin): boolean {
  const texts = [pin.server, pin.tool, pin.digest, pin.name, pin.definition];
  return (
    texts.every((text) => typeof text === "string") &&
    PIN_KINDS.includes(pin.kind) &&
    Array.isArray(pin.flags)
  );
}
