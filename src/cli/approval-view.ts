import { type Json, type JsonObject, type Masking, readJson, redactAll } from "#base";
import type { Approval, Grant, Vote } from "#model";

/** How much of an approval's arguments to show. */
export interface Seeing {
  /** Secrets as they are, which is written down. */
  readonly reveal: boolean;
  readonly masking: Masking;
  /** Who looks. */
  readonly person: string;
}

/** An approval as listings print it in JSON. */
export function approvalView(approval: Approval, seeing: Seeing): JsonObject {
  const { id, status, server, tool, rule, risk, session, createdAt, deadline } = approval;
  const { value, odd } = seenArguments(approval.effectiveArgs, seeing);
  return {
    id,
    status,
    server,
    tool,
    arguments: value,
    ...(odd.length > 0 && { oddlyMasked: odd }),
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
    ...(isEdited && { proposedArguments: seenArguments(approval.proposedArgs, seeing).value }),
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

/** Arguments as they may be shown, and what is odd about what is masked in them. */
export function seenArguments(
  text: string,
  { reveal, masking }: Seeing,
): { readonly value: Json; readonly odd: readonly string[] } {
  const args = readJson(text);
  return reveal ? { value: args, odd: [] } : redactAll(args, masking);
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
