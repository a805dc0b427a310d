import { acceptanceOf } from "./acceptance.ts";
import type { Hold, Pinnable } from "./types.ts";

/** Why something is held, in words for the agent, its user and the audit. They quote nothing that a server wrote. */
export const holdTexts = {
  server: (server: string): Hold => ({
    kind: "server",
    why: `the way server ${server} is started or reached changed since it was first used`,
    accept: server,
  }),
  changed: (item: Pinnable): Hold => ({
    kind: "changed",
    why:
      item.kind === "instructions"
        ? "its instructions changed since they were first given"
        : "its definition changed since it was first used",
    accept: acceptanceOf(item),
  }),
  suspicious: (item: Pinnable, holds: readonly string[]): Hold => ({
    kind: "suspicious",
    why: `${item.kind === "instructions" ? "its instructions contain" : "its definition contains"} ${holds.join(", ")}`,
    accept: acceptanceOf(item),
  }),
};
