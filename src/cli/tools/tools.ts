import type { Command } from "commander";
import { keepPinsOf, openEventRecorder } from "#app";
import { PreloopError } from "#base";
import { shown } from "#views";
import type { CommandContext } from "../context.ts";
import { confirm } from "../output/confirm.ts";
import { jsonText } from "../output/json.ts";
import { tableLines } from "../output/table.ts";
import {
  type KnownTool,
  kindOfPin,
  knownTools,
  type PartWish,
  partsNamed,
  titleOfPin,
  toolsNamed,
} from "./known-tools.ts";
import { isListed, pinView, STATES, toolView } from "./tool-view.ts";

/** `preloop tools list | pins | accept | enable | disable`. */
export function registerTools(program: Command, context: CommandContext): void {
  const tools = program
    .command("tools")
    .description("the tools and the rest that servers tell of, and what is held until you look");
  tools
    .command("list", { isDefault: true })
    .description("every tool that was seen, and whether it may be used")
    .option("--json", "one JSON document")
    .action((options: JsonOption) => list(context, options));
  tools
    .command("pins")
    .description("what is held, with what changed")
    .option("--json", "every definition ever seen, as one JSON document")
    .action((options: JsonOption) => pins(context, options));
  tools
    .command("accept <name>")
    .description("let a held tool (SERVER__TOOL) be used as it is now, or all that is held of a SERVER")
    .option("--instructions", "of the SERVER, its instructions alone")
    .option("--prompt <name>", "of the SERVER, this prompt alone")
    .option("--resource <uri>", "of the SERVER, this resource or template alone")
    .option("--yes", "accept without asking")
    .action((name: string, options: AcceptOptions) => accept(context, name, options));
  for (const on of [true, false])
    tools
      .command(`${on ? "enable" : "disable"} <name>`)
      .description(
        on ? "switch a tool or server on again" : "switch a tool or a whole server off, for everybody",
      )
      .action((name: string) => turn(context, name, on));
}

interface JsonOption {
  readonly json?: boolean;
}

interface AcceptOptions extends PartWish {
  readonly yes?: boolean;
}

async function list(context: CommandContext, { json }: JsonOption): Promise<void> {
  const known = await knownTools(await context.store());
  const tools = known.filter(isListed);
  if (json) return context.out.line(jsonText(tools.map(toolView)));
  if (tools.length === 0)
    return context.out.line("No tool was seen yet; tools are seen when a client lists them.");
  const rows = tools.map((tool) => [
    shown(titleOfPin(tool)),
    STATES[tool.state],
    tool.latest.flags.map(shown).join("; "),
  ]);
  for (const line of tableLines(["TOOL", "STATE", "WORTH A LOOK"], rows)) context.out.line(line);
  if (tools.some(({ held }) => held.length > 0)) context.out.line("See what is held: preloop tools pins");
}

async function pins(context: CommandContext, { json }: JsonOption): Promise<void> {
  const known = await knownTools(await context.store());
  if (json) return context.out.line(jsonText(known.flatMap(({ all }) => all.map(pinView))));
  const held = known.filter((tool) => tool.held.length > 0);
  await show(context, held);
  if (held.length === 0) context.out.line(`Nothing is held; ${known.length} pinned.`);
}

async function show(context: CommandContext, held: readonly KnownTool[]): Promise<void> {
  const { heldLines } = await import("./tools-text.ts");
  for (const line of held.flatMap(heldLines)) context.out.line(line);
}

async function accept(context: CommandContext, name: string, { yes, ...wish }: AcceptOptions): Promise<void> {
  await context.refuseInsideAgents("Accepting a tool");
  const db = await context.store();
  const known = await knownTools(db);
  const parts = partsNamed(known, name, wish);
  const found = parts ?? toolsNamed(known, name).found;
  const held = found.filter((tool) => tool.held.length > 0);
  if (found.length === 0) throw parts ? unknownPart(name) : unknown(name);
  if (held.length === 0)
    return context.out.line(`${shown(parts ? titleOfPin(parts[0]!) : name)} is accepted as it is.`);
  await show(context, held);
  if (!yes && !(await confirm("Accept what is shown above?")))
    throw new PreloopError("decision_refused", `${shown(name)} stays held`);
  const { acceptPins } = await import("#store");
  // Exactly what was shown: a definition that came meanwhile stays held.
  const shownPins = held.map((tool) => tool.held.at(-1)!);
  await acceptPins(db, shownPins, await context.decider());
  const notes = await openEventRecorder(context);
  for (const pin of shownPins) {
    const { server, tool, digest } = pin;
    await notes.write("tool_accepted", { server, kind: kindOfPin(pin), tool, digest });
  }
  await notes.close();
  await keepPinsOf(db, await context.runtime());
  for (const tool of held) context.out.line(`${shown(titleOfPin(tool))}  accepted`);
}

async function turn(context: CommandContext, name: string, on: boolean): Promise<void> {
  if (on) await context.refuseInsideAgents("Switching a tool on");
  const db = await context.store();
  const { config } = (await context.runtime()).loaded;
  const { found, server, tool } = toolsNamed(await knownTools(db), name);
  const isKnown = found.length > 0 || (tool === "" && server in config.mcpServers);
  if (!isKnown) throw unknown(name);
  const { switchTool } = await import("#store");
  const target =
    found.length === 1 && tool !== "" ? { server: found[0]!.server, tool: found[0]!.tool } : { server, tool };
  const changed = await switchTool(db, target, { on, by: await context.decider() });
  if (changed) {
    const notes = await openEventRecorder(context);
    await notes.write(on ? "tool_enabled" : "tool_disabled", target);
    await notes.close();
    await keepPinsOf(db, await context.runtime());
  }
  const words = on ? "on" : "off; it answers like a tool that does not exist";
  context.out.line(`${shown(name)}  ${changed ? "" : "was already "}${words}`);
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
