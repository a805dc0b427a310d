import { hopelessWord, isForOnePerson, talliesOf } from "#approvals";
import type { JsonObject } from "#base";
import { type Approval, isWhole, type ListedApproval, type Panel, panelsOf, type Vote } from "#model";
import { argumentsHead, type Exposure, resolvedView, seenArguments } from "./arguments.ts";
import { present } from "./present.ts";

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
