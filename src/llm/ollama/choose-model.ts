import type { InstalledModel, ModelFacts, OllamaServer } from "./ollama-server.ts";

/** A model that is there, and what is known of it. */
export interface ChosenModel extends InstalledModel {
  readonly facts: ModelFacts;
}

interface ModelRequirements {
  /** What the config names. */
  readonly model?: string;
  /** Names to look for first when the config names none. */
  readonly preferred: readonly string[];
  readonly capability: "embedding" | "completion";
}

const MAX_LOOKED_AT = 20;

/** The model that the config names, or the first that can do it; undefined when none is there. None is ever pulled. */
export async function chooseModel(
  server: OllamaServer,
  { model, preferred, capability }: ModelRequirements,
  signal?: AbortSignal,
): Promise<ChosenModel | undefined> {
  const installed = await server.models(signal);
  if (model !== undefined) {
    const found = installed.find(({ name }) => isCalled(name, model));
    return found && { ...found, facts: await server.facts(found.name, signal) };
  }
  for (const candidate of inOrder(installed, preferred).slice(0, MAX_LOOKED_AT)) {
    const facts = await server.facts(candidate.name, signal);
    if (facts.capabilities.includes(capability)) return { ...candidate, facts };
  }
  return undefined;
}

function isCalled(name: string, wanted: string): boolean {
  return name === wanted || name === `${wanted}:latest`;
}

function inOrder(installed: readonly InstalledModel[], preferred: readonly string[]): InstalledModel[] {
  const rank = ({ name }: InstalledModel) => {
    const at = preferred.findIndex((wanted) => name.startsWith(wanted));
    return at < 0 ? preferred.length : at;
  };
  return installed.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}
