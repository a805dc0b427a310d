import type { Hold, Pins } from "#pins";
import type { Upstream } from "#upstreams";
import { type Catalog, fits, type Offer } from "./catalog.ts";
import { heldBack } from "./refusals.ts";
import type { Stages } from "./stages.ts";
import { standingReady } from "./standing-ready.ts";

/** What a listing says in place of something held; nothing in it was written by the server. */
export function heldWords(what: string, { accept }: Hold): string {
  return (
    `Held by preloop: a person must look at ${what} first. What is held is refused until then. ` +
    `Your user can see it with "preloop tools pins" and accept it with "preloop tools accept ${accept}".`
  );
}

/** The prompt of this name, unless its server is switched off. @throws tool_held */
export async function findPrompt(name: string, catalog: Catalog, stages: Stages): Promise<Offer | undefined> {
  const prompt = await catalog.prompt(name);
  if (!prompt) return undefined;
  const { pins } = stages;
  // A client may ask for what it remembers without listing anything first.
  if (!pins.isSurveyed(prompt)) pins.survey(await catalog.prompts(), "prompt");
  await standingReady(stages);
  if (pins.isOff(prompt.server)) return undefined;
  const hold = pins.holdOf(prompt);
  if (hold) throw heldBack(prompt, hold, "given");
  return prompt;
}

/**
 * The servers to ask for a resource, the likeliest first, without those that are switched off. One that lists it held
 * ends the search. @throws tool_held
 */
export async function* findHolders(uri: string, catalog: Catalog, stages: Stages): AsyncGenerator<Upstream> {
  const { pins } = stages;
  const holders = await catalog.holders(uri);
  const resources = await catalog.resources();
  const templates = await catalog.templates();
  pins.survey(resources, "resource");
  pins.survey(templates, "template");
  await standingReady(stages);
  let whole: Hold | undefined;
  for (const upstream of holders) {
    if (pins.isOff(upstream.name)) continue;
    const its = (offers: readonly Offer[]) => offers.filter(({ server }) => server === upstream.name);
    const hold = holdOn(uri, { resources: its(resources), templates: its(templates) }, pins);
    if (hold) throw heldBack({ name: uri }, hold, "read");
    const held = pins.holdOfServer(upstream.name);
    if (!held) yield upstream;
    whole ??= held;
  }
  // Nobody else knew it, and of a held server nobody may ask.
  if (whole) throw heldBack({ name: uri }, whole, "read");
}

/** False for a server that is switched off: of it nothing can be asked, listed or not. @throws tool_held */
export async function mayAsk(server: string, method: string, stages: Stages): Promise<boolean> {
  await standingReady(stages);
  if (stages.pins.isOff(server)) return false;
  const hold = stages.pins.holdOfServer(server);
  if (hold) throw heldBack({ name: method }, hold, "asked");
  return true;
}

interface Listed {
  readonly resources: readonly Offer[];
  readonly templates: readonly Offer[];
}

/** Why an address is held: as it is listed, else by every template that it fits. */
function holdOn(uri: string, { resources, templates }: Listed, pins: Pins): Hold | undefined {
  const holdsOf = (offers: readonly Offer[]) => offers.map((offer) => pins.holdOf(offer));
  const listed = [...resources, ...templates].filter(({ original }) => original === uri);
  if (listed.length > 0) return holdsOf(listed).find((hold) => hold);
  const holds = holdsOf(templates.filter(({ original }) => fits(original, uri)));
  return holds.every((hold) => hold) ? holds[0] : undefined;
}
