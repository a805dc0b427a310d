import { digestOf, type JsonObject, PreloopError, readJson, shortId } from "#base";
import type { Approval } from "#model";
import { insertGrant, type NewGrant, type Query } from "#store";
import type { GrantRequest } from "../decision-types.ts";
import { compilePattern, maySettleAlone, restOf } from "./grant-match.ts";

const ID_TRIES = 8;

/** Refuses a grant that must not be given. @throws decision_refused, usage */
export function checkGrant(
  request: GrantRequest,
  approval: Approval,
  decider: string,
  effectiveArgs: string,
): void {
  if (approval.risk === "high")
    throw refused("a call of high risk is approved one at a time; approve it without a grant");
  if (approval.workflow.also)
    throw refused("several workflows decide on this each time; approve it without a grant");
  if (approval.workflow.quorum > 1)
    throw refused(`${approval.workflow.quorum} people decide on this each time; approve it without a grant`);
  if (approval.session.isClaimed)
    throw refused(
      "nothing but the name it gives itself tells this client from others; approve it without a grant",
    );
  if (!maySettleAlone(decider, approval.workflow))
    throw refused("you decide here only because nobody else did in time; approve it without a grant");
  if (request.lifetime.kind === "for" && !(request.lifetime.ms > 0 && Number.isFinite(request.lifetime.ms)))
    throw new PreloopError("usage", "A grant lasts for the session or for a time above zero");
  if (request.scope !== "pattern") return;
  const pattern = request.pattern ?? {};
  if (Object.keys(pattern).length === 0)
    throw new PreloopError("usage", "A pattern grant names at least one argument and its pattern");
  const args = readJson(effectiveArgs) as JsonObject;
  if (!compilePattern(pattern, digestOf(restOf(args, pattern)))(args))
    throw refused("the pattern does not cover the very call that is being approved");
}

/** Writes a grant, in the transaction that approves. */
export async function giveGrant(
  tx: Query,
  request: GrantRequest,
  approval: Approval,
  by: string,
): Promise<void> {
  const { server, tool, definitionDigest, session, workflow } = approval;
  const grant: Omit<NewGrant, "id"> = {
    scope: request.scope,
    server,
    tool,
    definitionDigest,
    workflow: workflow.name,
    argumentsDigest: argumentsDigestOf(request, approval),
    pattern: request.scope === "pattern" ? request.pattern : undefined,
    // Over HTTP nobody has shown who they are, so a time, too, is of that one session.
    sessionId: request.lifetime.kind === "session" || session.address !== undefined ? session.id : undefined,
    user: session.user,
    forMs: request.lifetime.kind === "for" ? request.lifetime.ms : undefined,
    createdBy: by,
  };
  for (let attempt = 0; attempt < ID_TRIES; attempt++)
    if (await insertGrant(tx, { ...grant, id: shortId() })) return;
  throw new PreloopError("store_conflict", "No free id for a new grant was found; try again");
}

function argumentsDigestOf({ scope, pattern = {} }: GrantRequest, approval: Approval): string | undefined {
  if (scope === "tool") return undefined;
  if (scope === "exact") return approval.effectiveDigest;
  return digestOf(restOf(readJson(approval.effectiveArgs) as JsonObject, pattern));
}

function refused(why: string): PreloopError {
  return new PreloopError("decision_refused", `No grant: ${why}`);
}
