import { detailRows } from "../render/compose.ts";
import type { Key } from "../terminal/keys.ts";
import { idsOf } from "./focus.ts";
import type { ModeContext } from "./mode-context.ts";
import { PANEL_NAMES, type PanelName } from "./state.ts";

const STEPS: Readonly<Record<string, number>> = { up: -1, k: -1, down: 1, j: 1, n: 1, N: -1 };

/** Moves about; true when the key was one for that. */
export function move(context: ModeContext, key: Key): boolean {
  const { panel } = context.state();
  if (/^[1-5]$/.test(key.name)) return enter(context, PANEL_NAMES[Number(key.name) - 1]!);
  switch (key.name) {
    case "tab":
    case "shift-tab":
      return enter(context, neighbour(panel, key.name === "tab" ? 1 : -1));
    case "enter":
      return enter(context, "detail");
    case "escape":
      return back(context);
    case "page-down":
    case "page-up":
      return scroll(context, (key.name === "page-down" ? 1 : -1) * Math.max(1, pageOf(context) - 2));
    case "home":
    case "end":
      return toEnd(context, key.name === "end");
  }
  const step = STEPS[key.name];
  if (step === undefined) return false;
  return panel === "detail" && !/^[nN]$/.test(key.name) ? scroll(context, step) : pick(context, step);
}

function neighbour(panel: PanelName, step: number): PanelName {
  return PANEL_NAMES[(PANEL_NAMES.indexOf(panel) + step + PANEL_NAMES.length) % PANEL_NAMES.length]!;
}

function enter(context: ModeContext, panel: PanelName): true {
  const { list } = context.state();
  const change = panel === "detail" || panel === list ? { panel } : { panel, list: panel, scroll: 0 };
  context.set(change);
  return true;
}

function back(context: ModeContext): true {
  const { panel, list, filter } = context.state();
  if (panel === "detail") context.set({ panel: list });
  else if (filter !== "") context.set({ filter: "" });
  else if (list !== "pending") enter(context, "pending");
  return true;
}

function pick(context: ModeContext, step: number): true {
  const state = context.state();
  const ids = idsOf(state, state.list);
  const at = ids.indexOf(state.picked[state.list] ?? "");
  const next = ids[Math.min(ids.length - 1, Math.max(0, at + step))];
  if (next !== undefined && next !== ids[at])
    context.set({ picked: { ...state.picked, [state.list]: next }, scroll: 0 });
  return true;
}

function toEnd(context: ModeContext, isEnd: boolean): true {
  const { panel, list } = context.state();
  if (panel === "detail" || list === "pending")
    return scroll(context, isEnd ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER);
  return pick(context, isEnd ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER);
}

function scroll(context: ModeContext, rows: number): true {
  const layout = context.layout();
  if (layout.kind === "tiny") return true;
  const width = layout.kind === "double" ? layout.right : layout.width;
  const total = detailRows(context.state(), context.details, width).length;
  const most = Math.max(0, total - pageOf(context));
  context.set({ scroll: Math.min(most, Math.max(0, context.state().scroll + rows)) });
  return true;
}

function pageOf(context: ModeContext): number {
  const layout = context.layout();
  return layout.kind === "tiny" ? 1 : layout.rows;
}
