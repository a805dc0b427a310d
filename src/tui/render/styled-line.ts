import { displayWidth, fitWidth } from "#base";

/** Purpose of a piece of text; the theme gives each tone its style, and no meaning hangs on colour alone. */
export type Tone = "plain" | "quiet" | "good" | "warn" | "title" | "escape" | "added" | "removed";

/** Text of one tone and weight inside a row. */
export interface Segment {
  readonly text: string;
  readonly tone?: Tone;
  readonly bold?: boolean;
}

/** Row of the screen. Every text in it has been made visible before, or is ours. */
export type StyledLine = readonly Segment[];

export function line(...parts: readonly (Segment | string | undefined | false)[]): StyledLine {
  return parts.flatMap((part) => (!part ? [] : typeof part === "string" ? [{ text: part }] : [part]));
}

export function quiet(text: string): Segment {
  return { text, tone: "quiet" };
}

export function strong(text: string): Segment {
  return { text, bold: true };
}

export function warn(text: string): Segment {
  return { text, tone: "warn", bold: true };
}

export function widthOf(row: StyledLine): number {
  return row.reduce((sum, { text }) => sum + displayWidth(text), 0);
}

/** The row in exactly so many cells: cut with `…`, or filled with spaces. */
export function fitLine(row: StyledLine, width: number): StyledLine {
  let left = Math.max(0, width);
  const fitted: Segment[] = [];
  for (const segment of row) {
    const cells = displayWidth(segment.text);
    if (cells <= left) {
      fitted.push(segment);
      left -= cells;
      continue;
    }
    const text = left > 0 ? fitWidth(segment.text, left) : "";
    fitted.push({ ...segment, text });
    left -= displayWidth(text);
    break;
  }
  return left > 0 ? [...fitted, { text: " ".repeat(left) }] : fitted;
}

/** Two halves of a row, pushed to its ends and a space apart; the left one gives way. */
export function spread(left: StyledLine, right: StyledLine, width: number): StyledLine {
  const own = Math.min(width, widthOf(right));
  const room = Math.max(0, width - own - 1);
  return [...fitLine(left, room), ...(own < width ? [{ text: " " }] : []), ...fitLine(right, own)];
}
