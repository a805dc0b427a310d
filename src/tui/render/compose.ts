import { shown, toolTitle } from "#views";
import { historyRows, lockOf, pendingRows, wholeOf } from "../controller/focus.ts";
import type { DetailMaker } from "../controller/prepare.ts";
import type { ListName, ScreenState } from "../controller/state.ts";
import { ruled, warnings } from "./detail.ts";
import { plural, riskLabel, timeLeftLabel } from "./labels.ts";
import { grantItem, historyItem, type ListItem, listLines, pendingItem, sessionItem } from "./lists.ts";
import { grantDetailLines, sessionLines } from "./rows-detail.ts";
import { line, quiet, type Segment, type StyledLine, spread, strong, warn } from "./styled-line.ts";

/** The first row: who waits, who decides, and whether the picture is current. */
export function headerLine(state: ScreenState): StyledLine {
  const { store, size, pending } = state;
  if (store.kind === "lost") {
    const since = store.since.toISOString().slice(11, 19);
    return line(
      warn(` ▲ store lost since ${since} UTC, trying again; nothing can be decided · `),
      quiet(store.message),
    );
  }
  const parked = pending.filter(({ parkedAt }) => parkedAt).length;
  const counts = [
    store.kind === "loading" ? "loading…" : `${pending.length.toLocaleString("en-US")} waiting`,
    ...(parked > 0 ? [`${parked} parked`] : []),
    plural(state.sessions.length, "session"),
  ];
  const left = line({ text: " preloop ", tone: "title", bold: true }, strong(` ${counts.join(" · ")}`));
  const muted = state.mutedUntilMs === undefined ? "" : "bell off · ";
  return spread(left, line(quiet(`${muted}${shown(state.decider)} `)), size.columns);
}

/** The whole of a terminal too small for anything else. */
export function tinyLine(state: ScreenState): StyledLine {
  const { pending, now, store } = state;
  if (store.kind === "lost") return line(warn("▲ store lost, trying again"));
  const [oldest] = pending;
  if (!oldest) return line("nothing waits");
  const time = timeLeftLabel(oldest.deadline, now);
  return line(
    strong(`${pending.length} waiting`),
    ` ${riskLabel(oldest.risk).text.trim()} ${time} `,
    toolTitle(oldest),
    quiet(" · enlarge to decide"),
  );
}

const NAMES: Readonly<Record<ListName, string>> = {
  pending: "1 Pending",
  sessions: "3 Sessions",
  grants: "4 Grants",
  history: "5 History",
};

/** A list's title, with how many it holds. */
export function listTitle(state: ScreenState, list: ListName): StyledLine {
  const count = state[list].length;
  const filter =
    state.filter !== "" && (list === "pending" || list === "history")
      ? [warn(` /${shown(state.filter)} `)]
      : [];
  return line({ text: ` ${NAMES[list]} ${count} `, tone: "title", bold: true }, ...filter);
}

/** The titles of the lists that share a place, the shown one standing out. */
export function tabsTitle(state: ScreenState, shownList: ListName): StyledLine {
  return (["sessions", "grants", "history"] as const).flatMap((list): Segment[] => {
    const text = ` ${NAMES[list]} ${state[list].length} `;
    return [list === shownList ? { text, tone: "title", bold: true } : { text, tone: "quiet" }];
  });
}

/** A list, windowed around what is picked. */
export function listRows(
  state: ScreenState,
  list: ListName,
  width: number,
  rows: number,
): readonly StyledLine[] {
  const items = itemsOf(state, list, width - 2);
  if (items.length === 0) return [line(), line(quiet(`  ${emptyListText(state, list)}`))];
  return listLines(items, { picked: state.picked[list], marks: state.marks }, rows);
}

function itemsOf(state: ScreenState, list: ListName, width: number): readonly ListItem[] {
  switch (list) {
    case "pending":
      return pendingRows(state).map((approval) => pendingItem(approval, state, width));
    case "sessions":
      return state.sessions.map((session) => sessionItem(session, width));
    case "grants":
      return state.grants.map((grant) => grantItem(grant, state.now, width));
    case "history":
      return historyRows(state).map((approval) => historyItem(approval, state.now, width));
  }
}

function emptyListText(state: ScreenState, list: ListName): string {
  if (state.store.kind === "loading") return "loading…";
  if (state.filter !== "" && state[list].length > 0) return "no match; Esc clears the filter";
  return {
    pending: "Nothing waits for you.",
    sessions: "No agent is connected.",
    grants: "No standing grants.",
    history: "Nothing was decided yet.",
  }[list];
}

/** Window of the detail's rows that is shown, and how far down it is. */
export interface DetailWindow {
  readonly lines: readonly StyledLine[];
  readonly foot: string;
}

export function detailWindow(
  state: ScreenState,
  details: DetailMaker,
  width: number,
  rows: number,
): DetailWindow {
  const lines = detailRows(state, details, width);
  const from = Math.min(state.scroll, Math.max(0, lines.length - rows));
  const to = Math.min(lines.length, from + rows);
  const isWhole = lines.length <= rows;
  return {
    lines: lines.slice(from, to),
    foot: isWhole
      ? ""
      : ` rows ${from + 1}–${to} of ${lines.length.toLocaleString("en-US")}${to < lines.length ? " ↓" : ""} `,
  };
}

/** All rows of the detail, of whatever is picked. */
export function detailRows(state: ScreenState, details: DetailMaker, width: number): readonly StyledLine[] {
  const { list, picked, mode } = state;
  if (mode.kind === "review") return reviewRows(state, details, mode, width);
  if (list === "sessions") {
    const session = state.sessions.find(({ id }) => id === picked.sessions);
    return session ? sessionLines(session, state.now, width) : [];
  }
  if (list === "grants") {
    const grant = state.grants.find(({ id }) => id === picked.grants);
    return grant ? grantDetailLines(grant, state.now, width) : [];
  }
  return details.detailOf(state, width)?.lines ?? [];
}

function reviewRows(
  state: ScreenState,
  details: DetailMaker,
  { id, args }: { readonly id: string; readonly args: string },
  width: number,
): readonly StyledLine[] {
  const listed = state.pending.find((each) => each.id === id);
  const approval = listed && wholeOf(state, listed);
  if (!approval) return [];
  const changes = details.changesOf(state, approval, args, width);
  const lock = lockOf(state, approval);
  return [
    spread(line(strong(toolTitle(approval))), line(strong(id), "  ", riskLabel(approval.risk)), width),
    ...(lock === undefined ? [] : warnings([`cannot be decided: ${lock}`], width)),
    line(quiet("your edit against what was asked; it voids earlier votes")),
    ruled("changes", width),
    ...warnings(changes.warnings, width),
    ...changes.lines,
  ];
}
