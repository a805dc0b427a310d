import { historyRows, lockOf, pendingRows, wholeOf } from "../desk/focus.ts";
import type { DetailMaker } from "../desk/prepare.ts";
import type { DeskState, ListPanel } from "../desk/state.ts";
import { ruled, warnings } from "./detail.ts";
import { type Line, line, quiet, type Segment, spread, strong, warn } from "./line.ts";
import { type Entry, grantEntry, historyEntry, listLines, pendingEntry, sessionEntry } from "./lists.ts";
import { grantDetailLines, sessionLines } from "./rows-detail.ts";
import { leftWord, plural, riskWord, shown, toolTitle } from "./words.ts";

/** The first row: who waits, who decides, and whether the picture is current. */
export function headerLine(state: DeskState): Line {
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
export function tinyLine(state: DeskState): Line {
  const { pending, now, store } = state;
  if (store.kind === "lost") return line(warn("▲ store lost, trying again"));
  const [oldest] = pending;
  if (!oldest) return line("nothing waits");
  const time = leftWord(oldest.deadline, now);
  return line(
    strong(`${pending.length} waiting`),
    ` ${riskWord(oldest.risk).text.trim()} ${time} `,
    toolTitle(oldest),
    quiet(" · enlarge to decide"),
  );
}

const NAMES: Readonly<Record<ListPanel, string>> = {
  pending: "1 Pending",
  sessions: "3 Sessions",
  grants: "4 Grants",
  history: "5 History",
};

/** A list's title, with how many it holds. */
export function listTitle(state: DeskState, list: ListPanel): Line {
  const count = state[list].length;
  const filter =
    state.filter !== "" && (list === "pending" || list === "history")
      ? [warn(` /${shown(state.filter)} `)]
      : [];
  return line({ text: ` ${NAMES[list]} ${count} `, tone: "title", bold: true }, ...filter);
}

/** The titles of the lists that share a place, the shown one standing out. */
export function tabsTitle(state: DeskState, shownList: ListPanel): Line {
  return (["sessions", "grants", "history"] as const).flatMap((list): Segment[] => {
    const text = ` ${NAMES[list]} ${state[list].length} `;
    return [list === shownList ? { text, tone: "title", bold: true } : { text, tone: "quiet" }];
  });
}

/** A list, windowed around what is picked. */
export function listRows(state: DeskState, list: ListPanel, width: number, rows: number): readonly Line[] {
  const entries = entriesOf(state, list, width - 2);
  if (entries.length === 0) return [line(), line(quiet(`  ${emptyWords(state, list)}`))];
  return listLines(entries, { picked: state.picked[list], marks: state.marks }, rows);
}

function entriesOf(state: DeskState, list: ListPanel, width: number): readonly Entry[] {
  switch (list) {
    case "pending":
      return pendingRows(state).map((approval) => pendingEntry(approval, state, width));
    case "sessions":
      return state.sessions.map((session) => sessionEntry(session, width));
    case "grants":
      return state.grants.map((grant) => grantEntry(grant, state.now, width));
    case "history":
      return historyRows(state).map((approval) => historyEntry(approval, state.now, width));
  }
}

function emptyWords(state: DeskState, list: ListPanel): string {
  if (state.store.kind === "loading") return "loading…";
  if (state.filter !== "" && state[list].length > 0) return "no match; Esc clears the filter";
  return {
    pending: "Nothing waits for you.",
    sessions: "No agent is connected.",
    grants: "No standing grants.",
    history: "Nothing was decided yet.",
  }[list];
}

/** What the detail shows: the window of rows, and how far down it is. */
export interface DetailWindow {
  readonly lines: readonly Line[];
  readonly foot: string;
}

export function detailWindow(
  state: DeskState,
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
export function detailRows(state: DeskState, details: DetailMaker, width: number): readonly Line[] {
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
  state: DeskState,
  details: DetailMaker,
  { id, args }: { readonly id: string; readonly args: string },
  width: number,
): readonly Line[] {
  const listed = state.pending.find((each) => each.id === id);
  const approval = listed && wholeOf(state, listed);
  if (!approval) return [];
  const changes = details.changesOf(state, approval, args, width);
  const lock = lockOf(state, approval);
  return [
    spread(line(strong(toolTitle(approval))), line(strong(id), "  ", riskWord(approval.risk)), width),
    ...(lock === undefined ? [] : warnings([`cannot be decided: ${lock}`], width)),
    line(quiet("your edit against what was asked; it voids earlier votes")),
    ruled("changes", width),
    ...warnings(changes.warnings, width),
    ...changes.lines,
  ];
}
