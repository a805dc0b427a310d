import type { Command } from "commander";
import { type JsonObject, PreloopError, readJson } from "#base";
import type { PinRow } from "#store";
import { shown } from "./approval-text.ts";
import { present } from "./approval-view.ts";
import { confirm } from "./confirm.ts";
import type { House } from "./house.ts";
import { keepPinsOf } from "./kept-pins.ts";
import { openEventNotes } from "./note-event.ts";
import { jsonText } from "./print-json.ts";
import { tableLines } from "./table.ts";
import {
  type KnownTool,
  kindOfPin,
  knownTools,
  type PartWish,
  partsNamed,
  titleOfPin,
  toolsNamed,
} from "./tools-known.ts";

/** `preloop tools list | pins | accept | enable | disable`. */
export function registerTools(program: Command, house: House): void {
  const tools = program
    .command("tools")
    .description("the tools and the rest that servers tell of, and what is held until you look");
  tools
    .command("list", { isDefault: true })
    .description("every tool that was seen, and whether it may be used")
    .option("--json", "one JSON document")
    .action((options: JsonOption) => list(house, options));
  tools
    .command("pins")
    .description("what is held, with what changed")
    .option("--json", "every definition ever seen, as one JSON document")
    .action((options: JsonOption) => pins(house, options));
  tools
    .command("accept <name>")
    .description("let a held tool (SERVER__TOOL) be used as it is now, or all that is held of a SERVER")
    .option("--instructions", "of the SERVER, its instructions alone")
    .option("--prompt <name>", "of the SERVER, this prompt alone")
    .option("--resource <uri>", "of the SERVER, this resource or template alone")
    .option("--yes", "accept without asking")
    .action((name: string, options: AcceptOptions) => accept(house, name, options));
  for (const on of [true, false])
    tools
      .command(`${on ? "enable" : "disable"} <name>`)
      .description(
        on ? "switch a tool or server on again" : "switch a tool or a whole server off, for everybody",
      )
      .action((name: string) => turn(house, name, on));
}

interface JsonOption {
  readonly json?: boolean;
}

interface AcceptOptions extends PartWish {
  readonly yes?: boolean;
}

async function list(house: House, { json }: JsonOption): Promise<void> {
  const known = await knownTools(await house.store());
  const tools = known.filter(isListed);
  if (json) return house.out.line(jsonText(tools.map(toolView)));
  if (tools.length === 0)
    return house.out.line("No tool was seen yet; tools are seen when a client lists them.");
  const rows = tools.map((tool) => [
    shown(titleOfPin(tool)),
    STATES[tool.state],
    tool.latest.flags.map(shown).join("; "),
  ]);
  for (const line of tableLines(["TOOL", "STATE", "WORTH A LOOK"], rows)) house.out.line(line);
  if (tools.some(({ held }) => held.length > 0)) house.out.line("See what is held: preloop tools pins");
}

// Prompts and resources may be many, and most servers are as they were.
function isListed({ kind, state }: KnownTool): boolean {
  if (kind === "tool") return true;
  return kind === "server" ? state !== "ok" : state === "held";
}

const STATES = { ok: "  ok", held: "! held", off: "- off" } as const;

function toolView({ server, kind, tool, state, latest }: KnownTool): JsonObject {
  return { server, kind, tool, name: latest.name, state, ...pinFacts(latest) };
}

function pinFacts({ flags, firstSeenAt, acceptedAt, acceptedBy }: PinRow): JsonObject {
  return {
    flags: [...flags],
    firstSeenAt: firstSeenAt.toISOString(),
    ...present({ acceptedAt: acceptedAt?.toISOString(), acceptedBy }),
  };
}

async function pins(house: House, { json }: JsonOption): Promise<void> {
  const known = await knownTools(await house.store());
  if (json) return house.out.line(jsonText(known.flatMap(({ all }) => all.map(pinView))));
  const held = known.filter((tool) => tool.held.length > 0);
  await show(house, held);
  if (held.length === 0) house.out.line(`Nothing is held; ${known.length} pinned.`);
}

async function show(house: House, held: readonly KnownTool[]): Promise<void> {
  const { heldLines } = await import("./tools-text.ts");
  for (const line of held.flatMap(heldLines)) house.out.line(line);
}

function pinView(pin: PinRow): JsonObject {
  const { server, tool, name, digest, definition } = pin;
  const state = pin.acceptedAt ? "accepted" : "held";
  return {
    server,
    kind: kindOfPin(pin),
    tool,
    name,
    digest,
    state,
    ...pinFacts(pin),
    definition: readJson(definition),
  };
}

async function accept(house: House, name: string, { yes, ...wish }: AcceptOptions): Promise<void> {
  await house.refuseInsideAgents("Accepting a tool");
  const db = await house.store();
  const known = await knownTools(db);
  const parts = partsNamed(known, name, wish);
  const found = parts ?? toolsNamed(known, name).found;
  const held = found.filter((tool) => tool.held.length > 0);
  if (found.length === 0) throw parts ? unknownPart(name) : unknown(name);
  if (held.length === 0)
    return house.out.line(`${shown(parts ? titleOfPin(parts[0]!) : name)} is accepted as it is.`);
  await show(house, held);
  if (!yes && !(await confirm("Accept what is shown above?")))
    throw new PreloopError("decision_refused", `${shown(name)} stays held`);
  const { acceptPins } = await import("#store");
  // Exactly what was shown: a definition that came meanwhile stays held.
  const shownPins = held.map((tool) => tool.held.at(-1)!);
  await acceptPins(db, shownPins, await house.decider());
  const notes = await openEventNotes(house);
  for (const pin of shownPins) {
    const { server, tool, digest } = pin;
    await notes.write("tool_accepted", { server, kind: kindOfPin(pin), tool, digest });
  }
  await notes.close();
  await keepPinsOf(db, await house.foundation());
  for (const tool of held) house.out.line(`${shown(titleOfPin(tool))}  accepted`);
}

async function turn(house: House, name: string, on: boolean): Promise<void> {
  if (on) await house.refuseInsideAgents("Switching a tool on");
  const db = await house.store();
  const { config } = (await house.foundation()).loaded;
  const { found, server, tool } = toolsNamed(await knownTools(db), name);
  const isKnown = found.length > 0 || (tool === "" && server in config.mcpServers);
  if (!isKnown) throw unknown(name);
  const { switchTool } = await import("#store");
  const target =
    found.length === 1 && tool !== "" ? { server: found[0]!.server, tool: found[0]!.tool } : { server, tool };
  const changed = await switchTool(db, target, { on, by: await house.decider() });
  if (changed) {
    const notes = await openEventNotes(house);
    await notes.write(on ? "tool_enabled" : "tool_disabled", target);
    await notes.close();
    await keepPinsOf(db, await house.foundation());
  }
  const words = on ? "on" : "off; it answers like a tool that does not exist";
  house.out.line(`${shown(name)}  ${changed ? "" : "was already "}${words}`);
}

function unknown(name: string): PreloopError {
  return new PreloopError(
    "not_found",
    `No server or tool "${shown(name)}" was seen; preloop tools list shows those that were, as SERVER__TOOL`,
  );
}

function unknownPart(server: string): PreloopError {
  return new PreloopError(
    "not_found",
    `Nothing of that name was seen of ${shown(server)}; preloop tools pins --json shows all that was`,
  );
}
