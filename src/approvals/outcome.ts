import type { RecordedOutcome } from "./types.ts";

const RESULT = '{"result":';
const ERROR = '{"error":';

/** A reply as its row keeps it, byte for byte. */
export function writeOutcome({ kind, text }: RecordedOutcome): string {
  return `${kind === "result" ? RESULT : ERROR}${text}}`;
}

export function readOutcome(stored: string): RecordedOutcome {
  const kind = stored.startsWith(RESULT) ? "result" : "error";
  return { kind, text: stored.slice((kind === "result" ? RESULT : ERROR).length, -1) };
}
