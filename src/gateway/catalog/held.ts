import type { Hold, Pins } from "#pins";
import type { Upstream } from "#upstreams";
import type { Catalog } from "./catalog.ts";
import type { Offer } from "./offers.ts";
import { fitOf } from "./uri-template.ts";

/** What a listing says in place of something held; nothing in it was written by the server. */
export function heldNotice(what: string, { accept }: Hold): string {
  return (
    `Held by preloop: a person must look at ${what} first. What is held is refused until then. ` +
    `Your user can see it with "preloop tools pins" and accept it with "preloop tools accept ${accept}".`
  );
}

/** The prompt of this name, looked at by `pins`. */
export async function findPrompt(name: string, catalog: Catalog, pins: Pins): Promise<Offer | undefined> {
  const prompt = await catalog.prompt(name);
  // A client may ask for what it remembers without listing anything first.
  if (prompt && !pins.isSurveyed(prompt)) pins.survey(await catalog.prompts(), "prompt");
  return prompt;
}

/** The one server that holds a resource, and why that is held there, if it is. */
export interface Holder {
  readonly upstream: Upstream;
  holdOf(pins: Pins): Hold | undefined;
}

/** The server to ask for a resource, its listings looked at by `pins`. */
export async function findHolder(uri: string, catalog: Catalog, pins: Pins): Promise<Holder | undefined> {
  return holderAt(await catalog.holderOf(uri), uri, catalog, pins);
}

/** The same for a template, by what it says itself, or for a resource. */
export async function findTemplateHolder(
  uri: string,
  catalog: Catalog,
  pins: Pins,
): Promise<Holder | undefined> {
  const lister = await catalog.templateHolder(uri);
  return holderAt(lister ?? (await catalog.holderOf(uri)), uri, catalog, pins);
}

async function holderAt(
  upstream: Upstream | undefined,
  uri: string,
  catalog: Catalog,
  pins: Pins,
): Promise<Holder | undefined> {
  if (!upstream) return undefined;
  const [resources, templates] = [await catalog.resources(), await catalog.templates()];
  pins.survey(resources, "resource");
  pins.survey(templates, "template");
  const its = (offers: readonly Offer[]) => offers.filter(({ server }) => server === upstream.name);
  const listed = { resources: its(resources), templates: its(templates) };
  return { upstream, holdOf: (now) => now.holdOfServer(upstream.name) ?? holdOn(uri, listed, now) };
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
  const holds = holdsOf(templates.filter(({ original }) => fitOf(original, uri) !== undefined));
  return holds.every((hold) => hold) ? holds[0] : undefined;
}
