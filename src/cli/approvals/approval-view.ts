import { hopelessWord, isForOnePerson, talliesOf } from "#approvals";
import {
  closeJson,
  headBetweenMasks,
  type Json,
  type JsonObject,
  locationNotes,
  type Masking,
  readJson,
  redactAll,
  writeJson,
} from "#base";
import {
  type Approval,
  type ApprovalHead,
  type Grant,
  isWhole,
  type ListedApproval,
  type Panel,
  panelsOf,
  type Vote,
} from "#model";

/** How much of an approval's arguments to show. */
export interface Exposure {
  /** Secrets as they are, which is written down. */
  readonly reveal: boolean;
  readonly masking: Masking;
  /** Who looks. */
  readonly person: string;
}

/** An approval as listings print it in JSON; arguments too long for one are the beginning of their text. */
export function approvalView(approval: ListedApproval, exposure: Exposure): JsonObject {
  const { id, status, server, tool, rule, risk, session, createdAt, deadline } = approval;
  return {
    id,
    status,
    server,
    tool,
    ...listedArguments(approval, exposure),
    ...(approval.meta !== undefined && { meta: seenArguments(approval.meta, exposure).value }),
    rule,
    risk,
    session: session.id,
    client: session.client,
    createdAt: createdAt.toISOString(),
    deadline: deadline.toISOString(),
    ...(status === "pending" && stillWanted(approval)),
  };
}

// For each workflow that must say yes; an empty `of` is whoever can decide at all, and of those one is enough anyway.
function stillWanted(approval: ListedApproval): JsonObject {
  const { workflow } = approval;
  if (isForOnePerson(workflow) && workflow.approvers.length === 0) return {};
  const tallies = talliesOf(approval);
  const wanted = tallies.filter(({ missing }) => missing > 0);
  return {
    stillNeeded: wanted.map(({ panel, deciders, yes, missing }) => ({
      workflow: panel.name,
      more: missing,
      of: deciders.filter((person) => !yes.includes(person)),
    })),
    ...present({ cannotBeApproved: hopelessWord(tallies) }),
  };
}

/** All there is to know about one approval. */
export function wholeView(approval: Approval, exposure: Exposure): JsonObject {
  const { workflow, session, proposedDigest, effectiveDigest } = approval;
  const isEdited = proposedDigest !== effectiveDigest;
  const [own, ...also] = panelsOf(workflow);
  return {
    ...approvalView(approval, exposure),
    name: approval.name,
    ...(isEdited && { proposedArguments: seenArguments(approval.proposedArgs, exposure).value }),
    ...resolvedView(seenArguments(approval.effectiveArgs, exposure).value),
    argumentsDigest: effectiveDigest,
    definitionDigest: approval.definitionDigest,
    policyVersion: approval.policyVersion,
    clientVersion: session.clientVersion,
    cwd: session.cwd,
    user: session.user,
    workflow: {
      ...panelView(own!),
      ...(also.length > 0 && { also: also.map(panelView) }),
    },
    votes: approval.votes.map(voteView),
    ...present({
      why: approval.why,
      claimedByAgent: approval.justification,
      reason: approval.reason,
      decidedBy: approval.decidedBy,
      decidedAt: approval.decidedAt?.toISOString(),
      parkedAt: approval.parkedAt?.toISOString(),
      escalatedAt: approval.escalatedAt?.toISOString(),
      finishedAt: approval.finishedAt?.toISOString(),
    }),
  };
}

function panelView({ name, approvers, quorum, escalate }: Panel): JsonObject {
  return { name, approvers, quorum, ...(escalate && { escalateTo: escalate.to }) };
}

function voteView({ decider, verdict, reason, at, voidedAt }: Vote): JsonObject {
  return {
    decider,
    verdict,
    ...present({ reason, voidedAt: voidedAt?.toISOString() }),
    at: at.toISOString(),
  };
}

/** Where paths and URLs lead that do not say so themselves. */
export function resolvedView(args: Json): JsonObject {
  const notes = locationNotes(args);
  return notes.length === 0 ? {} : { resolves: notes.map(({ at, note }) => ({ argument: at, note })) };
}

/** Arguments as they may be shown, and what is odd about what is masked in them. */
export function seenArguments(
  text: string,
  { reveal, masking }: Exposure,
): { readonly value: Json; readonly odd: readonly string[] } {
  const args = readJson(text);
  return reveal ? { value: args, odd: [] } : redactAll(args, masking);
}

function listedArguments(approval: ListedApproval, exposure: Exposure): JsonObject {
  if (isWhole(approval)) return argumentsOf(approval.effectiveArgs, exposure);
  const { argsHead, argsBytes } = approval;
  // A long justification alone leaves the arguments whole.
  if (Buffer.byteLength(argsHead) === argsBytes) return argumentsOf(argsHead, exposure);
  return { arguments: argumentsHead(approval, exposure), argumentsBytes: argsBytes, isCut: true };
}

function argumentsOf(text: string, exposure: Exposure): JsonObject {
  const { value, odd } = seenArguments(text, exposure);
  return { arguments: value, ...(odd.length > 0 && { oddlyMasked: odd }) };
}

const HEAD_SHOWN = 1_000;

/** The beginning of long arguments as text. More is masked than is shown: a secret may straddle the cut. */
export function argumentsHead({ argsHead }: ApprovalHead, exposure: Exposure): string {
  return headBetweenMasks(writeJson(seenArguments(closeJson(argsHead), exposure).value), HEAD_SHOWN);
}

/** A grant as listings print it in JSON. */
export function grantView(grant: Grant): JsonObject {
  return {
    id: grant.id,
    scope: grant.scope,
    server: grant.server,
    tool: grant.tool,
    workflow: grant.workflow,
    ...present({ pattern: grant.pattern, session: grant.sessionId, until: grant.until?.toISOString() }),
    user: grant.user,
    createdBy: grant.createdBy,
    createdAt: grant.createdAt.toISOString(),
    uses: grant.uses,
    ...present({ revokedAt: grant.revokedAt?.toISOString() }),
  };
}

/** The members that have a value. */
export function present(members: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as JsonObject;
}
