import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { codeOf, shortId } from "#base";
import { type NewPin, PIN_KINDS } from "#store";

const NUMBER = /-(\d{15})\.json$/;

/** The files of first uses, in their order. */
export function filesAfter(prefix: string): string[] {
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
export function addFile(prefix: string, text: string): string {
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

/** The pins in one file; undefined where it is gone or not ours. */
export function readUse(file: string): readonly NewPin[] | undefined {
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
