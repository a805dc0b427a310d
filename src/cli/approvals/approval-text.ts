import { hopelessWord, isForOnePerson, missingWord, oddlyHiddenFrom, talliesOf, tallyWord } from "#approvals";
import { fitWidth, formatDuration, isJsonObject, visibleLines, writeJson } from "#base";
import {
  type Approval,
  type ApprovalStatus,
  isWhole,
  type ListedApproval,
  type Panel,
  type Vote,
} from "#model";
import {
  argumentsHead,
  type Exposure,
  RISK_VIEWS,
  STATUS_VIEWS,
  seenArguments,
  shown,
  toolTitle,
} from "#views";
import { locationLines } from "../output/location-lines.ts";
import { tableLines } from "../output/table.ts";

/** Status in a printed line: symbol and word. */
function statusLabel(status: ApprovalStatus): string {
  const { line, word } = STATUS_VIEWS[status];
  return `${line} ${word}`;
}

/** An approval's status in a printed line, with the votes that have been cast. */
export function statusWithVotes(approval: ListedApproval): string {
  const { status } = approval;
  const tallies = talliesOf(approval);
  return status === "pending" && tallies.some(({ yes }) => yes.length > 0)
    ? `${statusLabel(status)}, ${tallyWord(tallies)}`
    : statusLabel(status);
}

function timeLeft({ deadline }: ListedApproval, now: Date): string {
  return formatDuration(deadline.getTime() - now.getTime());
}

/** A listing for people: what waits, how long still, and what it is about. */
export function approvalTable(
  approvals: readonly ListedApproval[],
  exposure: Exposure,
  layout: { readonly columns: number; readonly now: Date },
): string[] {
  const rows = approvals.map((approval) => [
    approval.id,
    RISK_VIEWS[approval.risk].line,
    // Here, since the arguments are cut where the terminal ends.
    isWhole(approval) && mustReveal(approval, exposure)
      ? `${statusWithVotes(approval)}, reveal first`
      : statusWithVotes(approval),
    approval.status === "pending" ? timeLeft(approval, layout.now) : "",
    toolTitle(approval),
    shown(approval.session.client),
    argumentsLine(approval, exposure),
  ]);
  const head = ["ID", "RISK", "STATE", "LEFT", "TOOL", "CLIENT", "ARGUMENTS"];
  return tableLines(head, rows).map((line) => fitWidth(line, layout.columns));
}

export function argumentsLine(approval: ListedApproval, exposure: Exposure): string {
  if (!isWhole(approval)) return cutLine(approval.argsBytes, argumentsHead(approval, exposure));
  const text = writeJson(seenArguments(approval.effectiveArgs, exposure).value);
  return text.length <= LONGEST_LINE ? shown(text) : cutLine(Buffer.byteLength(approval.effectiveArgs), text);
}

const LONGEST_LINE = 8_192;
const CUT_LINE = 1_000;

function cutLine(bytes: number, text: string): string {
  return `(${bytes.toLocaleString("en-US")} bytes, cut) ${shown(text.slice(0, CUT_LINE))}…`;
}

const MAX_LINES = 200;

// Untrusted lines keep a gutter of ours, so that none of them can pass for a line of preloop's.
function quoted(text: string): string[] {
  const { lines, warnings } = visibleLines(text, { maxLines: MAX_LINES });
  return [...lines.map((line) => `  ┊ ${line}`), ...warnings.map((warning) => `  ⚠ ${warning}`)];
}

/** All about one approval, for people. */
export function approvalDetail(
  approval: Approval,
  history: readonly ListedApproval[],
  exposure: Exposure,
  now: Date,
): string[] {
  const { session, status } = approval;
  const left = status === "pending" ? `, ${timeLeft(approval, now)} left` : "";
  const seenOption = isEdited(approval) ? ` --seen ${seenPrefix(approval)}` : "";
  return [
    `${approval.id}  ${toolTitle(approval)}  ${RISK_VIEWS[approval.risk].line.trim()} risk  ${statusWithVotes(approval)}${left}`,
    `asked by  ${shown(session.client)} ${shown(session.clientVersion)} in ${shown(session.cwd)}, session ${session.id}, ${shown(session.user)}`,
    `because   rule "${shown(approval.rule)}"${approval.why === undefined ? "" : `: ${shown(approval.why)}`}`,
    ...deciderLines(approval),
    ...ending(approval),
    ...(isEdited(approval)
      ? editedLines(approval, exposure)
      : argumentLines("arguments", approval.effectiveArgs, exposure)),
    ...(approval.meta === undefined
      ? []
      : argumentLines("sent along as _meta", approval.meta, { ...exposure, reveal: true })),
    ...(approval.justification === undefined
      ? []
      : ["claimed by the agent (nobody has checked it)", ...quoted(approval.justification)]),
    ...voteLines(approval.votes),
    ...historyLines(history),
    ...(mustReveal(approval, exposure)
      ? [
          `Before a yes: preloop approvals show ${approval.id} --reveal, for masks hide more than secrets here`,
        ]
      : []),
    ...(status === "pending"
      ? [
          `To decide: preloop approvals approve ${approval.id}${seenOption}, or deny ${approval.id} --reason TEXT`,
        ]
      : []),
  ];
}

function mustReveal(approval: Approval, { reveal, person, masking: { names = [] } }: Exposure): boolean {
  return approval.status === "pending" && !reveal && oddlyHiddenFrom(person, approval, names).length > 0;
}

/** How much of a digest is enough to name arguments by. */
export const DIGEST_SHOWN = 12;

/** Whether a person put other arguments in the place of the agent's. */
export function isEdited({ proposedDigest, effectiveDigest }: Approval): boolean {
  return proposedDigest !== effectiveDigest;
}

/** What `approve --seen` takes for the arguments as they are now. */
export function seenPrefix({ effectiveDigest }: Approval): string {
  return effectiveDigest.slice(0, DIGEST_SHOWN);
}

/** The arguments that a person put there, with their digest, and those they replace. */
export function editedLines(approval: Approval, exposure: Exposure): string[] {
  return [
    ...argumentLines(
      `arguments, edited by a person, digest ${seenPrefix(approval)}`,
      approval.effectiveArgs,
      exposure,
    ),
    ...argumentLines("arguments, as proposed by the agent", approval.proposedArgs, exposure),
  ];
}

// Where several workflows decide, each has a line, as each must say yes.
function deciderLines(approval: Approval): string[] {
  const tallies = talliesOf(approval);
  const lines = tallies.map(
    ({ panel }, at) => `${at === 0 ? "decides " : "and also"}  ${decidersLine(panel, approval)}`,
  );
  if (approval.status !== "pending") return lines;
  const hopeless = hopelessWord(tallies);
  return [
    ...lines,
    ...(isForOnePerson(approval.workflow) ? [] : [`needs     ${shown(missingWord(tallies))}`]),
    ...(hopeless === undefined ? [] : [`⚠         ${shown(hopeless)}`]),
  ];
}

function decidersLine({ name, approvers, quorum, escalate }: Panel, { escalatedAt }: Approval): string {
  const who = approvers.length === 0 ? "anyone who may decide" : approvers.map(shown).join(", ");
  const number = quorum > 1 ? `${quorum} of: ` : "";
  const also = escalatedAt && escalate ? `; escalated to ${escalate.to.map(shown).join(", ")}` : "";
  return `${number}${who} (workflow "${shown(name)}")${also}`;
}

function ending({ status, decidedBy, reason }: Approval): string[] {
  if (status === "pending") return [];
  const by = decidedBy === undefined ? "" : ` by ${shown(decidedBy)}`;
  return [`ended     ${STATUS_VIEWS[status].word}${by}${reason === undefined ? "" : `: ${shown(reason)}`}`];
}

function argumentLines(title: string, text: string, exposure: Exposure): string[] {
  const { value: args, odd } = seenArguments(text, exposure);
  const size = `${Buffer.byteLength(text).toLocaleString("en-US")} bytes`;
  const isEmpty = isJsonObject(args) && Object.keys(args).length === 0;
  return isEmpty
    ? [`${title}: none`]
    : [`${title} (${size})`, ...quoted(writeJson(args, 2)), ...locationLines(args), ...oddLines(odd)];
}

// What a person must know before they trust a mask.
function oddLines(odd: readonly string[]): string[] {
  return odd.length === 0 ? [] : [`  ⚠ masked, and odd for a secret: ${odd.join("; ")}`];
}

function voteLines(votes: readonly Vote[]): string[] {
  if (votes.length === 0) return [];
  const lines = votes.map(({ decider, verdict, reason, at, voidedAt }) => {
    const word = statusLabel(verdict === "approve" ? "approved" : "denied");
    const isVoid = voidedAt === undefined ? "" : " (void: the arguments were edited after it)";
    return `  ${word} by ${shown(decider)} at ${at.toISOString()}${isVoid}${reason === undefined ? "" : `: ${shown(reason)}`}`;
  });
  return ["votes", ...lines];
}

function historyLines(history: readonly ListedApproval[]): string[] {
  if (history.length === 0) return [];
  const lines = history.map(
    ({ id, status, decidedBy, createdAt }) =>
      `  ${id}  ${statusLabel(status)}${decidedBy === undefined ? "" : ` by ${shown(decidedBy)}`}, asked ${createdAt.toISOString()}`,
  );
  return ["earlier calls of this tool", ...lines];
}
