import { detailRows } from "../lines/compose.ts";
import type { Key } from "../terminal/keys.ts";
import type { Bench } from "./bench.ts";
import { idsOf } from "./focus.ts";
import { PANELS, type Panel } from "./state.ts";

const STEPS: Readonly<Record<string, number>> = { up: -1, k: -1, down: 1, j: 1, n: 1, N: -1 };

/** Moves about; true when the key was one for that. */
export function move(bench: Bench, key: Key): boolean {
  const { panel } = bench.state();
  if (/^[1-5]$/.test(key.name)) return enter(bench, PANELS[Number(key.name) - 1]!);
  switch (key.name) {
    case "tab":
    case "shift-tab":
      return enter(bench, neighbour(panel, key.name === "tab" ? 1 : -1));
    case "enter":
      return enter(bench, "detail");
    case "escape":
      return back(bench);
    case "page-down":
    case "page-up":
      return scroll(bench, (key.name === "page-down" ? 1 : -1) * Math.max(1, pageOf(bench) - 2));
    case "home":
    case "end":
      return toEnd(bench, key.name === "end");
  }
  const step = STEPS[key.name];
  if (step === undefined) return false;
  return panel === "detail" && !/^[nN]$/.test(key.name) ? scroll(bench, step) : pick(bench, step);
}

function neighbour(panel: Panel, step: number): Panel {
  return PANELS[(PANELS.indexOf(panel) + step + PANELS.length) % PANELS.length]!;
}

function enter(bench: Bench, panel: Panel): true {
  const { list } = bench.state();
  const change = panel === "detail" || panel === list ? { panel } : { panel, list: panel, scroll: 0 };
  bench.set(change);
  return true;
}

function back(bench: Bench): true {
  const { panel, list, filter } = bench.state();
  if (panel === "detail") bench.set({ panel: list });
  else if (filter !== "") bench.set({ filter: "" });
  else if (list !== "pending") enter(bench, "pending");
  return true;
}

function pick(bench: Bench, step: number): true {
  const state = bench.state();
  const ids = idsOf(state, state.list);
  const at = ids.indexOf(state.picked[state.list] ?? "");
  const next = ids[Math.min(ids.length - 1, Math.max(0, at + step))];
  if (next !== undefined && next !== ids[at])
    bench.set({ picked: { ...state.picked, [state.list]: next }, scroll: 0 });
  return true;
}

function toEnd(bench: Bench, isEnd: boolean): true {
  const { panel, list } = bench.state();
  if (panel === "detail" || list === "pending")
    return scroll(bench, isEnd ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER);
  return pick(bench, isEnd ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER);
}

function scroll(bench: Bench, rows: number): true {
  const layout = bench.layout();
  if (layout.kind === "tiny") return true;
  const width = layout.kind === "double" ? layout.right : layout.width;
  const total = detailRows(bench.state(), bench.details, width).length;
  const most = Math.max(0, total - pageOf(bench));
  bench.set({ scroll: Math.min(most, Math.max(0, bench.state().scroll + rows)) });
  return true;
}

function pageOf(bench: Bench): number {
  const layout = bench.layout();
  return layout.kind === "tiny" ? 1 : layout.rows;
}
