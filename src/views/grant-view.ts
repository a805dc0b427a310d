import type { JsonObject } from "#base";
import type { Grant } from "#model";
import { present } from "./present.ts";

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
