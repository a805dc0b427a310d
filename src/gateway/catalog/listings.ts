import { isJsonObject, type JsonObject, writeJson } from "#base";
import { type Hold, hidesInAddress, type Pins } from "#pins";
import type { Policy } from "#policy";
import { type RawReply, withMember } from "#protocol";
import { withJustification } from "../call/identify/justification.ts";
import { taskSupportOf } from "../tasks/task-support.ts";
import type { Catalog, Offer, ToolOffer } from "./catalog.ts";
import { heldNotice } from "./held.ts";

// A listing is asked for far more often than it changes.
const texts = new WeakMap<Offer, { readonly version: string; readonly text: string }>();

/** The tools this client may know of, in one page. */
export async function listTools(
  catalog: Catalog,
  policy: Policy,
  pins: Pins,
  knowsTasks: boolean,
): Promise<RawReply> {
  const tools = await catalog.tools();
  pins.survey(tools);
  const visible = tools.filter((tool) => policy.isVisible(tool.server, tool.original));
  return page(
    "tools",
    visible.map((tool) => {
      const hold = pins.holdOf(tool);
      return hold ? heldText(tool, hold) : textOf(tool, policy, knowsTasks);
    }),
  );
}

/** The prompts this client may know of, in one page. */
export async function listPrompts(catalog: Catalog, policy: Policy, pins: Pins): Promise<RawReply> {
  const prompts = offered(await catalog.prompts(), { policy, pins }, "prompt");
  return page(
    "prompts",
    prompts.map(({ offer: { name, definition }, hold }) =>
      writeJson(hold ? { name, description: heldNotice("this prompt", hold) } : { ...definition, name }),
    ),
  );
}

/** The resources this client may know of. */
export async function listResources(catalog: Catalog, policy: Policy, pins: Pins): Promise<RawReply> {
  const resources = offered(await catalog.resources(), { policy, pins }, "resource");
  return page("resources", addressTexts(resources, "uri"));
}

/** The resource templates this client may know of. */
export async function listTemplates(catalog: Catalog, policy: Policy, pins: Pins): Promise<RawReply> {
  const templates = offered(await catalog.templates(), { policy, pins }, "template");
  return page("resourceTemplates", addressTexts(templates, "uriTemplate"));
}

/** The method that what is listed is asked for by. */
const ASKED_BY = { prompt: "prompts/get", resource: "resources/read", template: "resources/read" } as const;

interface Judged {
  readonly offer: Offer;
  readonly hold: Hold | undefined;
}

interface Sight {
  readonly policy: Policy;
  readonly pins: Pins;
}

function offered(offers: readonly Offer[], { policy, pins }: Sight, kind: keyof typeof ASKED_BY): Judged[] {
  pins.survey(offers, kind);
  return offers
    .filter(({ server, original }) => policy.isVisible(server, original, ASKED_BY[kind]))
    .map((offer) => ({ offer, hold: pins.holdOf(offer) }));
}

function addressTexts(judged: readonly Judged[], member: "uri" | "uriTemplate"): string[] {
  // An address cannot be replaced by another, so one that hides something itself is left out.
  const shown = judged.filter(({ offer, hold }) => !(hold && hidesInAddress(offer)));
  return shown.map(({ offer, hold }) =>
    writeJson(
      hold
        ? { [member]: offer.original, name: "held", description: heldNotice("this resource", hold) }
        : offer.definition,
    ),
  );
}

function page(member: string, items: readonly string[]): RawReply {
  return { kind: "result", text: `{"${member}":[${items.join(",")}]}` };
}

// What a held tool says of itself is what a person must see before a model does.
function heldText({ name }: ToolOffer, hold: Hold): string {
  const description = heldNotice("this tool", hold);
  return JSON.stringify({ name, description, inputSchema: { type: "object" } });
}

// A call that may wait for a person, or that its server can run as a task, can be a task of ours.
function textOf(tool: ToolOffer, policy: Policy, knowsTasks: boolean): string {
  const text = toolText(tool, policy);
  const { server, original, name, definition } = tool;
  const canBe =
    knowsTasks && (policy.mayAsk({ server, tool: original, name }) || taskSupportOf(tool) !== undefined);
  if (!canBe) return text;
  const execution = isJsonObject(definition.execution) ? definition.execution : {};
  return withMember(text, "execution", writeJson({ ...execution, taskSupport: "optional" }));
}

function toolText(tool: ToolOffer, policy: Policy): string {
  const known = texts.get(tool);
  if (known?.version === policy.version) return known.text;
  const target = { server: tool.server, tool: tool.original, name: tool.name };
  const inputSchema = withJustification(tool.definition.inputSchema, policy.justificationFor(target));
  const definition: JsonObject = {
    ...tool.definition,
    name: tool.name,
    ...(inputSchema !== undefined && { inputSchema }),
  };
  const text = writeJson(definition);
  texts.set(tool, { version: policy.version, text });
  return text;
}
