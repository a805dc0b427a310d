import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Log, messageOf } from "#base";
import { PIN_KINDS, type PinSnapshot } from "#store";

/** Copy of the pins as the store last gave them, for a start while it is away. */
export interface PinCache {
  /** Undefined where there is nothing, or nothing that can be read. */
  read(): PinSnapshot | undefined;
  /** Never in the way: a failure is logged. */
  write(snapshot: PinSnapshot): void;
}

/** Pins kept in one file. Without a file nothing is kept. */
export function openPinCache(file: string | undefined, log: Log): PinCache {
  let written = "";
  return {
    read: () => (file === undefined ? undefined : readKept(file)),
    write({ pins, off }) {
      const text = JSON.stringify({ pins, off });
      if (file === undefined || text === written) return;
      try {
        mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
        writeFileSync(`${file}.${process.pid}`, text, { mode: 0o600 });
        renameSync(`${file}.${process.pid}`, file);
        written = text;
      } catch (error) {
        log.debug("the pins are not kept", { file, reason: messageOf(error) });
      }
    },
  };
}

function readKept(file: string): PinSnapshot | undefined {
  try {
    const { pins, off } = JSON.parse(readFileSync(file, "utf8")) as Partial<PinSnapshot>;
    if (!pins?.every(isPin) || !off?.every(isNamed)) return undefined;
    // A file of before there were other kinds tells of tools alone.
    return { pins: pins.map((pin) => ({ ...pin, kind: pin.kind ?? "tool" })), off };
  } catch {
    return undefined;
  }
}

function isPin(pin: PinSnapshot["pins"][number]): boolean {
  const { kind = "tool", digest, isAccepted } = pin;
  return (
    isNamed(pin) && PIN_KINDS.includes(kind) && typeof digest === "string" && typeof isAccepted === "boolean"
  );
}

function isNamed({ server, tool }: PinSnapshot["off"][number]): boolean {
  return typeof server === "string" && typeof tool === "string";
}
