import { isJsonObject, type JsonObject, writeJson } from "#base";
import { type RawReply, withMember } from "#jsonrpc";
import type { Pins } from "#pins";
import type { Policy } from "#policy";
import type { Catalog, Offer, ResourceOffer, ToolOffer } from "./catalog.ts";
import { withJustification } from "./justification.ts";
import { supportOf } from "./tasks/wish.ts";

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
    visible.map((tool) => (pins.holdOf(tool) ? heldText(tool) : textOf(tool, policy, knowsTasks))),
  );
}

/** The prompts this client may know of. */
export async function listPrompts(catalog: Catalog, policy: Policy): Promise<RawReply> {
  const prompts = (await catalog.prompts()).filter(({ server, original }) =>
    policy.isVisible(server, original, "prompts/get"),
  );
  return page(
    "prompts",
    prompts.map((prompt) => writeJson({ ...prompt.definition, name: prompt.name })),
  );
}

/** The resources this client may know of. */
export async function listResources(catalog: Catalog, policy: Policy): Promise<RawReply> {
  return page("resources", visibleTexts(await catalog.resources(), policy, "uri"));
}

/** The resource templates this client may know of. */
export async function listTemplates(catalog: Catalog, policy: Policy): Promise<RawReply> {
  return page("resourceTemplates", visibleTexts(await catalog.templates(), policy, "uriTemplate"));
}

function visibleTexts(
  offers: readonly ResourceOffer[],
  policy: Policy,
  key: "uri" | "uriTemplate",
): string[] {
  return offers
    .filter(({ server, definition }) => policy.isVisible(server, String(definition[key]), "resources/read"))
    .map(({ definition }) => writeJson(definition));
}

function page(member: string, items: readonly string[]): RawReply {
  return { kind: "result", text: `{"${member}":[${items.join(",")}]}` };
}

// What a held tool says of itself is what a person must see before a model does.
function heldText({ name }: ToolOffer): string {
  const description =
    "Held by preloop: a person must look at this tool before it can be used. Calls to it are refused until then.";
  return JSON.stringify({ name, description, inputSchema: { type: "object" } });
}

// A call that may wait for a person, or that its server can run as a task, can be a task of ours.
function textOf(tool: ToolOffer, policy: Policy, knowsTasks: boolean): string {
  const text = toolText(tool, policy);
  const { server, original, name, definition } = tool;
  const canBe =
    knowsTasks && (policy.mayAsk({ server, tool: original, name }) || supportOf(tool) !== undefined);
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
