import type { Seeing } from "./approval-view.ts";
import type { House } from "./house.ts";

/** What this terminal may see of arguments: secrets only when they are asked for. */
export async function seeingOf(house: House, reveal = false): Promise<Seeing> {
  return { reveal, secretNames: (await house.foundation()).loaded.config.audit.redact };
}
