import type { ScreenState, Size } from "./state.ts";

/** How the screen is parted. Rows and widths are those inside the frames. */
export type ScreenLayout =
  | { readonly kind: "tiny" }
  | { readonly kind: "single"; readonly width: number; readonly rows: number }
  | {
      readonly kind: "double";
      readonly left: number;
      readonly right: number;
      readonly rows: number;
      readonly upperRows: number;
      readonly lowerRows: number;
    };

const MIN_COLUMNS = 40;
const MIN_ROWS = 10;
const MIN_DOUBLE_COLUMNS = 80;
const HEADER_ROWS = 1;

/** Parts the screen; `promptRows` are taken at the bottom by the keys or a question. */
export function screenLayoutOf(
  state: Pick<ScreenState, "size" | "plain" | "panel" | "list">,
  promptRows: number,
): ScreenLayout {
  const { columns, rows: height } = state.size;
  if (isTiny(state.size)) return { kind: "tiny" };
  const frame = state.plain ? 1 : 2;
  const rows = Math.max(1, height - HEADER_ROWS - promptRows - frame);
  if (state.plain || columns < MIN_DOUBLE_COLUMNS) {
    const sides = state.plain ? 0 : 4;
    return { kind: "single", width: columns - sides, rows };
  }
  // The detail is read, the list is glanced at.
  const outer = Math.min(56, Math.max(32, Math.floor(columns * 0.41)));
  const [left, right] = [outer - 4, columns - outer - 4];
  const lower = rows - 2;
  const lowerRows = state.list === "pending" ? Math.min(6, Math.floor(lower / 3)) : Math.floor(lower / 2);
  return { kind: "double", left, right, rows, upperRows: lower - lowerRows, lowerRows };
}

export function isTiny({ columns, rows }: Size): boolean {
  return columns < MIN_COLUMNS || rows < MIN_ROWS;
}

/** Whether the detail is on the screen at all. */
export function showsDetail(state: Pick<ScreenState, "panel" | "mode">, layout: ScreenLayout): boolean {
  if (layout.kind === "tiny" || state.mode.kind === "help") return false;
  return layout.kind === "double" || state.panel === "detail";
}
