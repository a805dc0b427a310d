import { formatDuration, makeVisible } from "#base";
import type { Approval, ApprovalStatus, Risk } from "#model";
import type { Segment } from "./line.ts";

/** A person, a tool, a server: one line, safe to show. */
export function shown(text: string): string {
  return makeVisible(text).text;
}

const RISK_LABELS: Readonly<Record<Risk, Segment>> = {
  high: { text: "!! HIGH", tone: "warn", bold: true },
  medium: { text: " ! MED ", tone: "title" },
  low: { text: " · LOW ", tone: "quiet" },
};

/** A symbol, a word and a tone, always in seven cells. */
export function riskLabel(risk: Risk): Segment {
  return RISK_LABELS[risk];
}

const STATUS_LABELS: Readonly<Record<ApprovalStatus, Segment>> = {
  pending: { text: "◔ waiting", tone: "title" },
  approved: { text: "✓ approved", tone: "good" },
  running: { text: "▸ running", tone: "good" },
  executed: { text: "✓ executed", tone: "good" },
  failed: { text: "▲ failed", tone: "warn" },
  denied: { text: "✗ denied", tone: "warn" },
  expired: { text: "○ expired", tone: "quiet" },
  cancelled: { text: "○ cancelled", tone: "quiet" },
  superseded: { text: "○ superseded", tone: "quiet" },
  unknown: { text: "? outcome unknown", tone: "warn" },
};

export function statusWord(status: ApprovalStatus): Segment {
  return STATUS_LABELS[status];
}

/** `server › tool`, safe to show. */
export function toolTitle({ server, tool }: Pick<Approval, "server" | "tool">): string {
  return `${shown(server)} › ${shown(tool)}`;
}

/** How long is left: `4:12`, or `over`. */
export function timeLeftLabel(until: Date, now: Date): string {
  const ms = until.getTime() - now.getTime();
  return ms > 0 ? formatDuration(ms) : "over";
}

/** How long ago, in the largest unit that fits: `now`, `40 s`, `12 min`, `3 h`, `9 d`. */
export function agoLabel(at: Date, now: Date): string {
  const seconds = Math.max(0, Math.floor((now.getTime() - at.getTime()) / 1_000));
  if (seconds < 5) return "now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

/** The end of a path, which tells more than its start. */
export function shortPath(path: string, width: number): string {
  const text = shown(path);
  const characters = [...text];
  return characters.length <= width ? text : `…${characters.slice(1 - Math.max(2, width)).join("")}`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
