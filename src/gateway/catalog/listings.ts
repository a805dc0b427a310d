import { isJsonObject, type JsonObject, writeJson } from "#base";
import { type Hold, hidesInAddress, type Pins } from "#pins";
import type { Policy } from "#policy";
import { type RawReply, withMember } from "#protocol";
import { withJustification } from "../call/identify/justification.ts";
import { taskSupportOf } from "../tasks/task-support.ts";
import type { Catalog } from "./catalog.ts";
import { heldNotice } from "./held.ts";
import type { Offer, ToolOffer } from "./offers.ts";

/** The methods that list what servers offer. */
export type ListMethod = "tools/list" | "prompts/list" | "resources/list" | "resources/templates/list";

/** The sight of one client: what decides on how much it may know. */
export interface Sight {
  readonly policy: Policy;
  readonly pins: Pins;
  /** The client can declare its calls tasks. */
  readonly knowsTasks: boolean;
}

/** The listings of everything that servers offer, each in one page. */
export interface Listings {
  /** What a client may know of, as the result of `method`. */
  list(method: ListMethod, sight: Sight): Promise<RawReply>;
}

/** The texts of tools as they were listed last. */
type ToolTexts = WeakMap<Offer, { readonly version: string; readonly text: string }>;

/** The listings of one session's catalog. */
export function createListings(catalog: Catalog): Listings {
  // A listing is asked for far more often than it changes.
  const texts: ToolTexts = new WeakMap();
  return {
    async list(method, sight) {
      switch (method) {
        case "tools/list":
          return page("tools", toolTexts(await catalog.tools(), sight, texts));
        case "prompts/list":
          return page("prompts", promptTexts(judge(await catalog.prompts(), sight, "prompt")));
        case "resources/list":
          return page("resources", addressTexts(judge(await catalog.resources(), sight, "resource"), "uri"));
        case "resources/templates/list":
          return page(
            "resourceTemplates",
            addressTexts(judge(await catalog.templates(), sight, "template"), "uriTemplate"),
          );
      }
    },
  };
}

function toolTexts(tools: readonly ToolOffer[], sight: Sight, texts: ToolTexts): string[] {
  const { policy, pins } = sight;
  pins.survey(tools);
  const visible = tools.filter((tool) => policy.isVisible(tool.server, tool.original));
  return visible.map((tool) => {
    const hold = pins.holdOf(tool);
    return hold ? heldText(tool, hold) : textOf(tool, sight, texts);
  });
}

function promptTexts(prompts: readonly Judged[]): string[] {
  return prompts.map(({ offer: { name, definition }, hold }) =>
    writeJson(hold ? { name, description: heldNotice("this prompt", hold) } : { ...definition, name }),
  );
}

/** The method that what is listed is asked for by. */
const ASKED_BY = { prompt: "prompts/get", resource: "resources/read", template: "resources/read" } as const;

interface Judged {
  readonly offer: Offer;
  readonly hold: Hold | undefined;
}

function judge(offers: readonly Offer[], { policy, pins }: Sight, kind: keyof typeof ASKED_BY): Judged[] {
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
function textOf(tool: ToolOffer, { policy, knowsTasks }: Sight, texts: ToolTexts): string {
  const text = toolText(tool, policy, texts);
  const { server, original, name, definition } = tool;
  const canBe =
    knowsTasks && (policy.mayAsk({ server, tool: original, name }) || taskSupportOf(tool) !== undefined);
  if (!canBe) return text;
  const execution = isJsonObject(definition.execution) ? definition.execution : {};
  return withMember(text, "execution", writeJson({ ...execution, taskSupport: "optional" }));
}

function toolText(tool: ToolOffer, policy: Policy, texts: ToolTexts): string {
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
