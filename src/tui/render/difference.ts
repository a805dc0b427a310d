import { diffArrays } from "diff";
import type { Json } from "#base";
import { type ArgumentLines, fieldLines } from "./arguments.ts";
import type { StyledLine } from "./styled-line.ts";
import { escapesMarked, foldUntrusted, GUTTER } from "./untrusted.ts";

const CONTEXT = 3;
// Two texts further apart than this are shown as all removed and all added.
const MOST_EDITS = 2_000;

/** What changed between two sets of arguments, field by field, with a few equal rows around each change. */
export function differenceLines(before: Json, after: Json, width: number): ArgumentLines {
  const [old, now] = [
    fieldLines(before, Number.MAX_SAFE_INTEGER),
    fieldLines(after, Number.MAX_SAFE_INTEGER),
  ];
  const [oldRows, newRows] = [old.lines.map(textOf), now.lines.map(textOf)];
  const changes = diffArrays(oldRows, newRows, { maxEditLength: MOST_EDITS }) ?? [
    { removed: true, added: false, value: oldRows },
    { removed: false, added: true, value: newRows },
  ];
  const lines = changes.flatMap((change, at) => {
    const [mark, tone] = change.added
      ? ["+ ", "added"]
      : change.removed
        ? ["- ", "removed"]
        : ["  ", "quiet"];
    const rows =
      change.added || change.removed
        ? change.value
        : around(change.value, at === 0, at === changes.length - 1);
    return rows.flatMap((row) =>
      foldUntrusted(
        [{ text: mark, tone: tone as "added" }, ...escapesMarked(row, tone as "added")],
        width,
        4,
      ),
    );
  });
  const { hidden, warnings } = now;
  return { lines, hidden, warnings };
}

function textOf(row: StyledLine): string {
  return row
    .map(({ text }) => text)
    .join("")
    .slice(GUTTER.length);
}

function around(rows: readonly string[], isFirst: boolean, isLast: boolean): readonly string[] {
  const [head, tail] = [isFirst ? 0 : CONTEXT, isLast ? 0 : CONTEXT];
  const left = rows.length - head - tail;
  if (left <= 1) return rows;
  return [
    ...rows.slice(0, head),
    `⟨${left.toLocaleString("en-US")} equal lines⟩`,
    ...rows.slice(rows.length - tail),
  ];
}
