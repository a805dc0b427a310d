import type { Db, PinRow } from "#store";

/** All that the store knows of one tool, or of a server itself when `tool` is empty. */
export interface KnownTool {
  readonly server: string;
  readonly tool: string;
  readonly state: "ok" | "held" | "off";
  /** Every definition that was seen, oldest first. */
  readonly all: readonly PinRow[];
  readonly held: readonly PinRow[];
  readonly latest: PinRow;
  /** The definition that was made good last. */
  readonly accepted?: PinRow;
}

/** The tools and servers of the store, by name; a server stands before its tools. */
export async function knownTools(db: Db): Promise<KnownTool[]> {
  const { listPins, readPins } = await import("#store");
  const { off } = await readPins(db);
  const groups = new Map<string, PinRow[]>();
  for (const pin of await listPins(db)) {
    const key = JSON.stringify([pin.server, pin.tool]);
    groups.set(key, [...(groups.get(key) ?? []), pin]);
  }
  return [...groups.values()].map((all) => {
    const { server, tool } = all[0]!;
    const isOff = off.some((one) => one.server === server && (one.tool === tool || one.tool === ""));
    return knownTool(all, isOff);
  });
}

function knownTool(all: readonly PinRow[], isOff: boolean): KnownTool {
  const { server, tool } = all[0]!;
  const held = all.filter(({ acceptedAt }) => !acceptedAt);
  const [accepted] = all
    .filter(({ acceptedAt }) => acceptedAt)
    .sort((a, b) => b.acceptedAt!.getTime() - a.acceptedAt!.getTime());
  return {
    server,
    tool,
    state: isOff ? "off" : held.length > 0 ? "held" : "ok",
    all,
    held,
    latest: held.at(-1) ?? accepted!,
    ...(accepted && { accepted }),
  };
}

/** What people call it: `server__tool`, or the server's name. */
export function titleOfPin({ server, tool }: Pick<PinRow, "server" | "tool">): string {
  return tool === "" ? server : `${server}__${tool}`;
}

/** The tools that a name stands for: one tool, or a server with all of its tools. */
export function toolsNamed(
  known: readonly KnownTool[],
  name: string,
): { readonly found: readonly KnownTool[]; readonly server: string; readonly tool: string } {
  const at = name.indexOf("__");
  const server = at < 0 ? name : name.slice(0, at);
  const tool = at < 0 ? "" : name.slice(at + 2);
  const ofServer = known.filter((one) => one.server === server);
  if (tool === "" && ofServer.length > 0) return { found: ofServer, server, tool };
  const exact = ofServer.filter((one) => one.tool === tool);
  // A name that had to be changed for clients, or one that its server keeps without prefix.
  const exposed = known.filter((one) => one.tool !== "" && one.latest.name === name);
  const found = exact.length > 0 ? exact : exposed;
  return { found, server, tool: found[0]?.tool ?? tool };
}
