import { hopelessWord, isForOnePerson, type Tally, talliesOf } from "#approvals";
import { displayWidth, fitWidth, foldWidth, formatDuration, readJson, visibleLines } from "#base";
import type { ListedApproval, Vote } from "#model";
import { shown, toolTitle } from "#views";
import { type ArgumentLines, fieldLines } from "./arguments.ts";
import { agoLabel, plural, riskLabel, statusLabel, timeLeftLabel } from "./labels.ts";
import { line, quiet, type Segment, type StyledLine, spread, strong, warn, widthOf } from "./styled-line.ts";
import { escapesMarked, foldUntrusted } from "./untrusted.ts";

/** Approval to show in the detail, with its prepared arguments and the room there is. */
export interface DetailInput {
  readonly approval: ListedApproval;
  readonly args: ArgumentLines;
  /** What the arguments' rule says: their size and the way they are shown. */
  readonly argsTitle: string;
  readonly isMasked: boolean;
  /** What is odd about masked values for secrets. */
  readonly odd: readonly string[];
  readonly past: readonly ListedApproval[] | undefined;
  readonly now: Date;
  readonly width: number;
  /** Whether there are too few rows for everything at once. */
  readonly isShort: boolean;
  /** Why it cannot be decided right now. */
  readonly lock?: string | undefined;
}

/** A detail as rows, and how far down a person must have read to have seen all arguments. */
export interface DetailLines {
  readonly lines: readonly StyledLine[];
  readonly argsEnd: number;
}

/** Everything about one approval: what would run first, who says what about it after. */
export function detailLines(input: DetailInput): DetailLines {
  const { approval, args, width, isShort } = input;
  const about = [...agentLines(input), ...voteLines(approval, width), ...whyLines(input)];
  // On a small screen what would run comes before all else.
  const head = [...titleLines(input), ...(isShort ? [] : about), ...timeLines(input)];
  const body = [
    ruled(input.argsTitle, width),
    ...badgeLines(input),
    ...args.lines,
    ...metaLines(approval, width),
  ];
  const rest = isShort ? [ruled("about this call", width), ...about] : [];
  const tail = [
    ...claimLines(approval, width),
    ...rest,
    ...reasonLines(approval, width),
    ...pastLines(input),
  ];
  return { lines: [...head, ...body, ...tail], argsEnd: head.length + body.length };
}

/** `── title ─────────`. */
export function ruled(title: string, width: number): StyledLine {
  const label = ` ${title} `;
  return line(
    quiet("──"),
    { text: label, tone: "title" },
    quiet("─".repeat(Math.max(0, width - 2 - label.length))),
  );
}

function titleLines({ approval, width, lock }: DetailInput): readonly StyledLine[] {
  const { status } = approval;
  const right = line(
    strong(approval.id),
    "  ",
    status === "pending" ? riskLabel(approval.risk) : statusLabel(status),
  );
  return [
    ...nameLines(toolTitle(approval), right, width),
    ...(lock === undefined ? [] : warnings([`cannot be decided: ${lock}`], width)),
  ];
}

function agentLines({ approval: { session }, width }: DetailInput): readonly StyledLine[] {
  const who = `${shown(session.client)} ${shown(session.clientVersion)}`.trim();
  return [
    ...labels("agent", `${who} · session ${shown(session.id)}`, width),
    ...labels("where", `${shown(session.cwd)} · ${shown(session.user)}`, width),
  ];
}

// What would run is never cut: a name too long for its row gets as many as it needs.
function nameLines(title: string, right: StyledLine, width: number): readonly StyledLine[] {
  const room = width - widthOf(right) - 2;
  if (displayWidth(title) <= room) return [spread(line(strong(title)), right, width)];
  return [spread(line(), right, width), ...foldWidth(title, width).map((row) => line(strong(row)))];
}

function whyLines({ approval: { rule, why, risk, status }, width }: DetailInput): readonly StyledLine[] {
  const risky = status === "pending" ? [] : [label("risk", risk)];
  return [...labels("why", `rule ${shown(rule)}${why ? ` · ${shown(why)}` : ""}`, width), ...risky];
}

function timeLines({ approval, now }: DetailInput): readonly StyledLine[] {
  const { createdAt, deadline, parkedAt, patienceUntil, decidedAt, decidedBy } = approval;
  const asked = label("asked", agoLabel(createdAt, now));
  if (approval.status !== "pending") {
    const by = decidedBy === undefined ? "" : ` by ${shown(decidedBy)}`;
    return [asked, ...(decidedAt ? [label("decided", `${agoLabel(decidedAt, now)}${by}`)] : [])];
  }
  const left = deadline.getTime() - now.getTime();
  const total = deadline.getTime() - createdAt.getTime();
  const late = left < total / 5;
  const until: Segment = {
    text: timeLeftLabel(deadline, now),
    bold: true,
    ...(late ? { tone: "warn" } : {}),
  };
  const waiting = parkedAt
    ? `parked ${agoLabel(parkedAt, now)}, told to call again`
    : patienceUntil && patienceUntil > now
      ? `waits, ${formatDuration(patienceUntil.getTime() - now.getTime())} of patience left`
      : "waits";
  return [asked, line(tag("expires"), "in ", until, late && warn(" ▲ soon")), label("caller", waiting)];
}

// Where several workflows decide, each has rows of its own, as each must say yes.
function voteLines(approval: ListedApproval, width: number): readonly StyledLine[] {
  const { workflow, votes, status } = approval;
  if (isForOnePerson(workflow) && votes.length === 0 && workflow.approvers.length === 0) return [];
  const tallies = talliesOf(approval);
  const hopeless = status === "pending" ? hopelessWord(tallies) : undefined;
  return [
    ...tallies.flatMap((tally, at) => labels(at === 0 ? "votes" : "and", votesOf(tally, approval), width)),
    ...(hopeless === undefined ? [] : warnings([shown(hopeless)], width)),
  ];
}

function votesOf(
  { panel, deciders, yes }: Tally,
  { workflow, votes, effectiveDigest }: ListedApproval,
): string {
  const isTheirs = ({ decider }: Vote) => deciders.length === 0 || deciders.includes(decider);
  const cast = (workflow.also ? votes.filter(isTheirs) : votes).map((vote) => {
    const sign = vote.verdict === "deny" ? "✗" : counts(vote, effectiveDigest) ? "✓" : "–";
    return `${sign} ${shown(vote.decider)}`;
  });
  const whose = workflow.also ? `${shown(panel.name)}: ` : "";
  const asked = deciders.length > 0 ? ` · asked: ${deciders.map(shown).join(", ")}` : "";
  return `${whose}${yes.length} of ${panel.quorum} ${cast.join("  ")}${asked}`;
}

function counts(vote: Vote, digest: string): boolean {
  return vote.verdict === "approve" && vote.voidedAt === undefined && vote.argumentsDigest === digest;
}

function badgeLines({ args, isMasked, odd, approval, width }: DetailInput): readonly StyledLine[] {
  const edited = approval.effectiveDigest !== approval.proposedDigest;
  return [
    ...warnings(args.warnings, width),
    ...(isMasked ? [line(quiet("secrets are masked; r reveals them"))] : []),
    ...(odd.length > 0 ? warnings([`masked, and odd for a secret: ${odd.join("; ")}`], width) : []),
    ...(edited ? [line(warn("▲ edited by a person; v shows what changed"))] : []),
  ];
}

// It is as much of what runs as the arguments are; short, by the limit on what may go along, and unmasked, for the config
// named what that is.
function metaLines({ meta }: ListedApproval, width: number): readonly StyledLine[] {
  if (meta === undefined) return [];
  const found = fieldLines(readJson(meta), width);
  return [ruled("sent along as _meta", width), ...warnings(found.warnings, width), ...found.lines];
}

const CLAIM_LINES = 40;

function claimLines({ justification }: ListedApproval, width: number): readonly StyledLine[] {
  if (justification === undefined) return [];
  const claim = visibleLines(justification, { maxLines: CLAIM_LINES, maxLineLength: 2_000 });
  return [
    ruled("claimed by the agent (untrusted)", width),
    ...warnings(claim.warnings, width),
    ...claim.lines.flatMap((each) => foldUntrusted(escapesMarked(each), width)),
  ];
}

function reasonLines({ reason, status }: ListedApproval, width: number): readonly StyledLine[] {
  if (reason === undefined || status === "pending") return [];
  const { lines } = visibleLines(reason, { maxLines: 10, maxLineLength: 2_000 });
  return [ruled("reason", width), ...lines.flatMap((each) => foldUntrusted(escapesMarked(each), width))];
}

function pastLines({ past, now, width, approval }: DetailInput): readonly StyledLine[] {
  if (past === undefined) return [];
  const title = ruled("last decisions on this tool", width);
  if (past.length === 0) return [title, line(quiet("none: this is the first call that was asked about"))];
  return [title, ...past.slice(0, 5).map((other) => pastLine(other, approval, now))];
}

function pastLine(other: ListedApproval, approval: ListedApproval, now: Date): StyledLine {
  const by = other.decidedBy === undefined ? "" : ` ${shown(other.decidedBy)}`;
  const why = other.reason ? ` “${shown(other.reason)}”` : "";
  const same = other.effectiveDigest === approval.effectiveDigest ? " · same arguments" : "";
  return line(statusLabel(other.status), quiet(` ${agoLabel(other.createdAt, now)}${by}${same}`), why);
}

const LABEL = 9;

function tag(name: string): Segment {
  return quiet(name.padEnd(LABEL));
}

/** `name     text`. */
export function label(name: string, text: string): StyledLine {
  return line(tag(name), ...escapesMarked(text));
}

const MOST_ROWS = 4;

/** The same for a text that may take a few rows. */
function labels(name: string, text: string, width: number): readonly StyledLine[] {
  const rows = foldWords(text, Math.max(8, width - LABEL));
  return rows.map((row, at) => label(at === 0 ? name : "", row));
}

/** What a reader should look out for, if anything. */
export function warnings(words: readonly string[], width: number): readonly StyledLine[] {
  if (words.length === 0) return [];
  return foldWords(words.join(" · "), width - 2, Number.POSITIVE_INFINITY).map((row, at) =>
    line(warn(`${at === 0 ? "▲" : " "} ${row}`)),
  );
}

// Folded at spaces; what is longer than a row is folded anywhere, what is longer than a few rows is cut.
function foldWords(text: string, width: number, most = MOST_ROWS): readonly string[] {
  const rows: string[] = [""];
  for (const word of text.split(" ").flatMap((each) => foldWidth(each, width))) {
    const row = rows.at(-1)!;
    if (row === "" || displayWidth(row) + 1 + displayWidth(word) <= width)
      rows[rows.length - 1] = row === "" ? word : `${row} ${word}`;
    else rows.push(word);
  }
  return rows.length <= most ? rows : [...rows.slice(0, most - 1), fitWidth(`${rows[most - 1]}……`, width)];
}

/** `312 bytes`, `1.2 MB`. */
export function sizeLabel(bytes: number): string {
  return bytes < 100_000
    ? plural(bytes, "byte")
    : `${(bytes / 1_000_000).toFixed(1)} MB (${plural(bytes, "byte")})`;
}
