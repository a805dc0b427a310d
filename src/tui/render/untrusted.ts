import { displayWidth } from "#base";
import type { Segment, StyledLine } from "./styled-line.ts";

/** Stands in front of every line that somebody else wrote; nothing they write can get rid of it. */
export const GUTTER = "┊ ";

// What `makeVisible` puts in place of a character or a run.
const ours = /\\x[0-9a-f]{2}|\\u\{[0-9a-f]{1,6}\}|\\[nrt]|⟨[^⟩]{1,60}⟩/g;

/** Visible text with its escapes set apart. */
export function escapesMarked(text: string, tone: Segment["tone"] = "plain"): readonly Segment[] {
  const segments: Segment[] = [];
  let done = 0;
  for (const { 0: found, index } of text.matchAll(ours)) {
    if (index > done) segments.push({ text: text.slice(done, index), tone });
    segments.push({ text: found, tone: "escape" });
    done = index + found.length;
  }
  if (done < text.length || segments.length === 0) segments.push({ text: text.slice(done), tone });
  return segments;
}

/** A line of somebody else's text, folded to the width, each row behind the gutter. */
export function foldUntrusted(segments: readonly Segment[], width: number, hang = 0): readonly StyledLine[] {
  const room = Math.max(4, width - GUTTER.length);
  const inset = Math.min(hang, Math.floor(room / 2));
  const rows: Segment[][] = [[]];
  let used = 0;
  for (const segment of segments) {
    // An escape is read as one thing, so it is not parted while a row has room for it.
    if (
      segment.tone === "escape" &&
      segment.text.length > room - used &&
      segment.text.length <= room - inset
    ) {
      rows.push([{ text: " ".repeat(inset) }]);
      used = inset;
    }
    for (const piece of piecesOf(segment.text, () => room - used)) {
      if (piece.breakBefore) {
        rows.push([{ text: " ".repeat(inset) }]);
        used = inset;
      }
      rows.at(-1)!.push({ ...segment, text: piece.text });
      used += piece.cells;
    }
  }
  return rows.map((row) => [{ text: GUTTER, tone: "quiet" }, ...row]);
}

interface Piece {
  readonly text: string;
  readonly cells: number;
  readonly breakBefore: boolean;
}

// Asked again for the room after each piece, since a piece that ends a row makes new room.
function* piecesOf(text: string, room: () => number): Generator<Piece> {
  let rest = text;
  let breakBefore = false;
  while (rest !== "") {
    if (breakBefore) {
      // The row is opened first, so that the room asked for is that of the new row.
      yield { text: "", cells: 0, breakBefore: true };
    }
    const head = takeCells(rest, room());
    if (head !== "") yield { text: head, cells: displayWidth(head), breakBefore: false };
    rest = rest.slice(head.length);
    breakBefore = true;
  }
}

function takeCells(text: string, room: number): string {
  if (room <= 0) return "";
  let cells = 0;
  let at = 0;
  // Plain ASCII, nearly all there is, is cut without looking at each character.
  const plain = text.slice(0, room);
  if (/^[\x20-\x7e]*$/.test(plain)) return atWord(plain, plain.length === text.length);
  for (const character of text) {
    cells += displayWidth(character);
    if (cells > room) break;
    at += character.length;
  }
  return atWord(text.slice(0, at), at === text.length);
}

// Folded after a space where there is one not too far back; the space stays.
function atWord(head: string, isRest: boolean): string {
  const space = isRest ? -1 : head.lastIndexOf(" ");
  return space > head.length / 2 && !head.endsWith(" ") ? head.slice(0, space + 1) : head;
}
