import { acceptanceOf } from "./acceptance.ts";
import type { Hold, Seen } from "./types.ts";

/** Why something is held, in words for the agent, its user and the audit. They quote nothing that a server wrote. */
export const holdTexts = {
  server: (server: string): Hold => ({
    kind: "server",
    why: `the way server ${server} is started or reached changed since it was first used`,
    accept: server,
  }),
  changed: (seen: Seen): Hold => ({
    kind: "changed",
    why:
      seen.kind === "instructions"
        ? "its instructions changed since they were first given"
        : "its definition changed since it was first used",
    accept: acceptanceOf(seen),
  }),
  suspicious: (seen: Seen, holds: readonly string[]): Hold => ({
    kind: "suspicious",
    why: `${seen.kind === "instructions" ? "its instructions contain" : "its definition contains"} ${holds.join(", ")}`,
    accept: acceptanceOf(seen),
  }),
};
