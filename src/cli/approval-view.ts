import { closeJson, type Json, type JsonObject, readJson, redactJson, writeJson } from "#base";
import {
  type Approval,
  type ApprovalHead,
  type Grant,
  isWhole,
  type ListedApproval,
  type Vote,
} from "#model";

/** How much of an approval's arguments to show. */
export interface Seeing {
  /** Secrets as they are, which is written down. */
  readonly reveal: boolean;
  /** Further names whose values are masked. */
  readonly secretNames: readonly string[];
}

/** An approval as listings print it in JSON; arguments too long for one are the beginning of their text. */
export function approvalView(approval: ListedApproval, seeing: Seeing): JsonObject {
  const { id, status, server, tool, rule, risk, session, createdAt, deadline } = approval;
  return {
    id,
    status,
    server,
    tool,
    ...listedArguments(approval, seeing),
    rule,
    risk,
    session: session.id,
    client: session.client,
    createdAt: createdAt.toISOString(),
    deadline: deadline.toISOString(),
  };
}

/** All there is to know about one approval. */
export function wholeView(approval: Approval, seeing: Seeing): JsonObject {
  const { workflow, session, proposedDigest, effectiveDigest } = approval;
  const isEdited = proposedDigest !== effectiveDigest;
  return {
    ...approvalView(approval, seeing),
    name: approval.name,
    ...(isEdited && { proposedArguments: seenArguments(approval.proposedArgs, seeing) }),
    argumentsDigest: effectiveDigest,
    definitionDigest: approval.definitionDigest,
    policyVersion: approval.policyVersion,
    clientVersion: session.clientVersion,
    cwd: session.cwd,
    user: session.user,
    workflow: {
      name: workflow.name,
      approvers: workflow.approvers,
      quorum: workflow.quorum,
      ...(workflow.escalate && { escalateTo: workflow.escalate.to }),
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

function voteView({ decider, verdict, reason, at, voidedAt }: Vote): JsonObject {
  return {
    decider,
    verdict,
    ...present({ reason, voidedAt: voidedAt?.toISOString() }),
    at: at.toISOString(),
  };
}

/** Arguments as they may be shown. */
export function seenArguments(text: string, { reveal, secretNames }: Seeing): Json {
  const args = readJson(text);
  return reveal ? args : redactJson(args, secretNames);
}

function listedArguments(approval: ListedApproval, seeing: Seeing): JsonObject {
  if (isWhole(approval)) return { arguments: seenArguments(approval.effectiveArgs, seeing) };
  const { argsHead, argsBytes } = approval;
  // A long justification alone leaves the arguments whole.
  if (Buffer.byteLength(argsHead) === argsBytes) return { arguments: seenArguments(argsHead, seeing) };
  return { arguments: argumentsHead(approval, seeing), argumentsBytes: argsBytes, isCut: true };
}

const HEAD_SHOWN = 1_000;

/** The beginning of long arguments as text. More is masked than is shown: a secret may straddle the cut. */
export function argumentsHead({ argsHead }: ApprovalHead, seeing: Seeing): string {
  return writeJson(seenArguments(closeJson(argsHead), seeing)).slice(0, HEAD_SHOWN);
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
