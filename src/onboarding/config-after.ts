import { type Additions, extendConfig, type ProposedRule } from "./extend-config.ts";
import type { InitPlan } from "./init-plan.ts";
import { decode, encode, parseJson } from "./read-file.ts";

/** The config's bytes as they will be, with the rules that were agreed on. */
export function configAfter(
  plan: InitPlan,
  rules: readonly ProposedRule[],
): { bytes: Buffer; additions: Additions } {
  const { before } = plan.config;
  const known = before && decode(before);
  const additions = { ...plan.additions, rules };
  const text = extendConfig(known?.text, additions);
  return { bytes: encode({ bom: known?.bom ?? "", text }), additions };
}

/** The value of a config text; undefined without one. */
export function rawOf(bytes: Buffer | undefined): unknown {
  return bytes && parseJson(decode(bytes).text);
}

/** The names of the variables that values refer to. */
export function variablesIn(values: unknown): string[] {
  const names = JSON.stringify(values)?.matchAll(/(?<!\$)\$\{([A-Za-z_]\w*)\}/g) ?? [];
  return [...new Set([...names].map(([, name]) => name!))].sort();
}
