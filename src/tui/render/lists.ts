import { isForOnePerson, type SessionRecord, talliesOf, tallyWord } from "#approvals";
import type { Grant, ListedApproval } from "#model";
import { STATUS_VIEWS, shown, toolTitle } from "#views";
import { lockOf } from "../controller/focus.ts";
import type { ScreenState } from "../controller/state.ts";
import { agoLabel, plural, riskLabel, shortPath, statusLabel, timeLeftLabel } from "./labels.ts";
import { fitLine, line, quiet, type Segment, type StyledLine, spread, strong } from "./styled-line.ts";

/** Item of a list: its id, and the rows it takes. */
export interface ListItem {
  readonly id: string;
  readonly rows: readonly StyledLine[];
}

/** A waiting approval in two rows: what and how long, then who. */
export function pendingItem(approval: ListedApproval, state: ScreenState, width: number): ListItem {
  const { id, session, risk, parkedAt, deadline } = approval;
  const lock = lockOf(state, approval);
  const left = approval.status === "pending" ? timeLeftLabel(deadline, state.now) : "";
  const isLate =
    deadline.getTime() - state.now.getTime() < (deadline.getTime() - approval.createdAt.getTime()) / 5;
  const time: Segment = { text: left.padStart(6), bold: true, ...(isLate ? { tone: "warn" } : {}) };
  const state_ =
    lock === undefined
      ? riskLabel(risk)
      : approval.status === "pending"
        ? quiet("▲ stale")
        : statusLabel(approval.status);
  const votes = isForOnePerson(approval.workflow) ? "" : `${tallyWord(talliesOf(approval))} votes · `;
  const who = `${parkedAt ? "parked · " : ""}${votes}${shown(session.client)} · ${shortPath(session.cwd, Math.max(12, width - 34))}`;
  return {
    id,
    rows: [
      spread(line(state_, " ", { text: toolTitle(approval), bold: lock === undefined }), line(time), width),
      line("        ", quiet(who)),
    ],
  };
}

export function sessionItem(session: SessionRecord, width: number): ListItem {
  const frozen = session.frozenAt ? [{ text: "❄ frozen ", tone: "warn", bold: true } as const] : [];
  const left = line(...frozen, strong(shown(session.client)), quiet(` ${shortPath(session.cwd, 18)}`));
  return { id: session.id, rows: [spread(left, line(quiet(countsLabel(session))), width)] };
}

// Waiting, let through, refused; the detail names each.
function countsLabel({ counts }: SessionRecord): string {
  const sum = (...names: readonly string[]) => names.reduce((total, name) => total + (counts[name] ?? 0), 0);
  const groups = [
    [STATUS_VIEWS.pending.screen.symbol, sum("pending")],
    [STATUS_VIEWS.approved.screen.symbol, sum("approved", "running", "executed", "failed", "unknown")],
    [STATUS_VIEWS.denied.screen.symbol, sum("denied", "expired", "cancelled", "superseded")],
  ] as const;
  return groups.map(([sign, count]) => `${sign} ${count}`).join("  ");
}

export function grantItem(grant: Grant, now: Date, width: number): ListItem {
  const lasts = grant.until ? timeLeftLabel(grant.until, now) : "session";
  const right = line(quiet(`${plural(grant.uses, "use")} · ${lasts}`));
  return {
    id: grant.id,
    rows: [spread(line(strong(toolTitle(grant)), quiet(` ${grant.scope}`)), right, width)],
  };
}

export function historyItem(approval: ListedApproval, now: Date, width: number): ListItem {
  const at = approval.decidedAt ?? approval.finishedAt ?? approval.createdAt;
  const left = line(fixed(statusLabel(approval.status), 12), toolTitle(approval));
  return { id: approval.id, rows: [spread(left, line(quiet(agoLabel(at, now))), width)] };
}

function fixed(segment: Segment, width: number): Segment {
  return {
    ...segment,
    text: fitLine([segment], width)
      .map(({ text }) => text)
      .join(""),
  };
}

interface ListState {
  readonly picked: string | undefined;
  readonly marks: ReadonlyMap<string, string>;
}

/** As many entries as fit, around the picked one, each row with its pointer in front. */
export function listLines(items: readonly ListItem[], state: ListState, rows: number): readonly StyledLine[] {
  const { picked, marks } = state;
  const at = Math.max(
    0,
    items.findIndex(({ id }) => id === picked),
  );
  const each = items[0]?.rows.length ?? 1;
  const fits = Math.max(1, Math.floor(rows / each));
  const from = Math.max(0, Math.min(at - Math.floor(fits / 2), items.length - fits));
  return items
    .slice(from, from + fits)
    .flatMap(({ id, rows: own }) =>
      own.map((row, index) =>
        index === 0 ? [pointerOf(id === picked), markOf(marks.has(id)), ...row] : [{ text: "  " }, ...row],
      ),
    );
}

function pointerOf(isPicked: boolean): Segment {
  return isPicked ? { text: "▶", tone: "title", bold: true } : { text: " " };
}

function markOf(isMarked: boolean): Segment {
  return isMarked ? { text: "●", tone: "title", bold: true } : { text: " " };
}
