import { isJsonObject, type JsonObject } from "#base";

/** A config's switches over what a server may ask of the client; all that the client offers without a word. */
export interface Switches {
  readonly sampling?: "allow" | "deny" | undefined;
  /** `links`: addresses to open, and no forms. */
  readonly elicitation?: "allow" | "links" | "deny" | undefined;
}

/** The capabilities of a client less those that a server may not use. */
export function offeredTo({ sampling, elicitation }: Switches, capabilities: JsonObject): JsonObject {
  const offered = { ...capabilities };
  if (sampling === "deny") delete offered.sampling;
  if (elicitation === "deny") delete offered.elicitation;
  if (elicitation === "links" && offered.elicitation !== undefined) {
    const { url } = isJsonObject(offered.elicitation) ? offered.elicitation : {};
    if (url === undefined) delete offered.elicitation;
    else offered.elicitation = { url };
  }
  return offered;
}

/** True where something is kept from the server. */
export function isNarrowed({ sampling = "allow", elicitation = "allow" }: Switches): boolean {
  return sampling !== "allow" || elicitation !== "allow";
}
