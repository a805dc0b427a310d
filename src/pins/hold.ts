import type { Hold, SeenTool } from "./types.ts";

/** Why a tool is held, in words for the agent, its user and the audit. They quote nothing that a server wrote. */
export const holdTexts = {
  server: (server: string): Hold => ({
    kind: "server",
    why: `the way server ${server} is started or reached changed since it was first used`,
    accept: server,
  }),
  changed: ({ server, name }: SeenTool): Hold => ({
    kind: "changed",
    why: "its definition changed since it was first used",
    accept: name.startsWith(`${server}__`) ? name : server,
  }),
  suspicious: ({ server, name }: SeenTool, holds: readonly string[]): Hold => ({
    kind: "suspicious",
    why: `its definition contains ${holds.join(", ")}`,
    accept: name.startsWith(`${server}__`) ? name : server,
  }),
};
