import { formatDuration } from "#base";
import type { ApprovalStatus, Risk } from "#model";
import { RISK_VIEWS, STATUS_VIEWS, shown } from "#views";
import type { Segment } from "./styled-line.ts";

/** The label of a risk: a symbol, a word and a tone, always in seven cells. */
export function riskLabel(risk: Risk): Segment {
  return RISK_VIEWS[risk].screen;
}

/** The label of a status: a symbol, a word and a tone. */
export function statusLabel(status: ApprovalStatus): Segment {
  const { word, screen } = STATUS_VIEWS[status];
  return { text: `${screen.symbol} ${word}`, tone: screen.tone };
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
