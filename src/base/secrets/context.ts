import type { Json, JsonObject } from "../json/json.ts";
import { type Secrecy, secrecyOf } from "./names.ts";

/** Context of a value among secrets: what the names over it say of it. */
export interface SecretContext {
  readonly secrecy: Secrecy;
  /** The nearest name. */
  readonly name: string;
  /** Whether that is a secret's own name, and not one among the members of a secret. */
  readonly isOwn: boolean;
}

/** Context of what stands under no secret's name. */
export const NO_SECRET: SecretContext = { secrecy: undefined, name: "", isOwn: false };

/** Context of what stands under a name: a secret by that name, or a part of the secret that everything here belongs to. */
export function secretContextUnder(
  name: string,
  { secrecy: inherited }: SecretContext,
  names: readonly string[],
): SecretContext {
  const own = secrecyOf(name, names);
  if (own === undefined && inherited === undefined) return NO_SECRET;
  return { secrecy: inherited === "always" ? inherited : (own ?? inherited), name, isOwn: own !== undefined };
}

/** The name in `{"name": "Authorization", "value": "…"}`, as headers and environments are often written. */
export function secretPairName(object: JsonObject, names: readonly string[]): string | undefined {
  if (!Object.hasOwn(object, "value")) return undefined;
  for (const member of ["name", "key", "header"]) {
    const name = Object.hasOwn(object, member) ? object[member] : undefined;
    if (typeof name === "string" && secrecyOf(name, names) !== undefined) return name;
  }
  return undefined;
}

/** Context of what stands behind a flag in an argv, if it is a secret: `["--token", "…"]`. */
export function secretContextAfter(
  flag: Json | undefined,
  item: Json,
  names: readonly string[],
): SecretContext | undefined {
  if (typeof flag !== "string" || !/^--?[A-Za-z]/.test(flag) || flag.includes("=")) return undefined;
  if (typeof item === "string" && item.startsWith("-")) return undefined;
  const secrecy = secrecyOf(flag, names);
  return secrecy === undefined ? undefined : { secrecy, name: flag, isOwn: true };
}
