import { PreloopError } from "#base";
import type { Db, PinRow } from "#store";

/** All that the store knows of one thing that is pinned: a tool, a server itself, its instructions, a prompt, a resource. */
export interface KnownTool {
  readonly server: string;
  readonly kind: PinRow["kind"] | "server";
  readonly tool: string;
  readonly state: "ok" | "held" | "off";
  /** Every definition that was seen, oldest first. */
  readonly all: readonly PinRow[];
  readonly held: readonly PinRow[];
  readonly latest: PinRow;
  /** The definition that was made good last. */
  readonly accepted?: PinRow;
}

/** What the store knows, by name; a server stands before its tools, and these before the rest. */
export async function knownTools(db: Db): Promise<KnownTool[]> {
  const { listPins, readPins } = await import("#store");
  const { off } = await readPins(db);
  const groups = new Map<string, PinRow[]>();
  for (const pin of await listPins(db)) {
    const key = JSON.stringify([pin.server, pin.kind, pin.tool]);
    const group = groups.get(key);
    if (group) group.push(pin);
    else groups.set(key, [pin]);
  }
  return [...groups.values()].map((all) => {
    const { server, kind, tool } = all[0]!;
    const isOff = off.some(
      (one) => one.server === server && (one.tool === "" || (kind === "tool" && one.tool === tool)),
    );
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
    kind: kindOfPin(all[0]!),
    tool,
    state: isOff ? "off" : held.length > 0 ? "held" : "ok",
    all,
    held,
    latest: held.at(-1) ?? accepted!,
    ...(accepted && { accepted }),
  };
}

/** What a pin is of. The server itself is a tool without a name in the store. */
export function kindOfPin({ kind, tool }: Pick<PinRow, "kind" | "tool">): KnownTool["kind"] {
  return kind === "tool" && tool === "" ? "server" : kind;
}

/** What people call it: `server__tool`, the server's name, or in words. */
export function titleOfPin(pin: Pick<KnownTool, "server" | "kind" | "tool">): string {
  const { server, kind, tool } = pin;
  switch (kind) {
    case "server":
      return server;
    case "tool":
      return `${server}__${tool}`;
    case "instructions":
      return `the instructions of ${server}`;
    default:
      return `${kind} ${tool} of ${server}`;
  }
}

/** The tools that a name stands for: one tool, or a server with all that it tells of. */
export function toolsNamed(
  known: readonly KnownTool[],
  name: string,
): { readonly found: readonly KnownTool[]; readonly server: string; readonly tool: string } {
  const at = name.indexOf("__");
  const server = at < 0 ? name : name.slice(0, at);
  const tool = at < 0 ? "" : name.slice(at + 2);
  const ofServer = known.filter((one) => one.server === server);
  if (tool === "" && ofServer.length > 0) return { found: ofServer, server, tool };
  const tools = known.filter(({ kind }) => kind === "tool");
  const exact = tools.filter((one) => one.server === server && one.tool === tool);
  // A name that had to be changed for clients, or one that its server keeps without prefix.
  const exposed = tools.filter(({ latest }) => latest.name === name);
  const found = exact.length > 0 ? exact : exposed;
  return { found, server, tool: found[0]?.tool ?? tool };
}

/** One thing of a server's that is no tool. */
export interface PartWish {
  readonly instructions?: boolean;
  readonly prompt?: string;
  readonly resource?: string;
}

/** What a wish for one part of a server stands for; undefined where it is for none. @throws usage */
export function partsNamed(
  known: readonly KnownTool[],
  server: string,
  { instructions, prompt, resource }: PartWish,
): readonly KnownTool[] | undefined {
  const wishes = [instructions === true, prompt !== undefined, resource !== undefined].filter(Boolean);
  if (wishes.length === 0) return undefined;
  if (wishes.length > 1 || server.includes("__"))
    throw new PreloopError(
      "usage",
      "One of --instructions, --prompt and --resource at a time, and beside it the name of a server alone",
    );
  const is = (one: KnownTool, name: string) => one.tool === name || one.latest.name === name;
  return known.filter((one) => {
    if (one.server !== server) return false;
    if (instructions) return one.kind === "instructions";
    if (prompt !== undefined) return one.kind === "prompt" && is(one, prompt);
    return (one.kind === "resource" || one.kind === "template") && is(one, resource!);
  });
}
