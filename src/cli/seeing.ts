import { createFingerprint, type Masking } from "#base";
import type { Seeing } from "./approval-view.ts";
import type { House } from "./house.ts";

/** What this terminal may see of arguments: secrets only when they are asked for. */
export async function seeingOf(house: House, reveal = false): Promise<Seeing> {
  return { reveal, masking: await maskingOf(house), person: await house.decider() };
}

/** How secrets are masked here: by the config's names, with fingerprints under the secret key. */
export async function maskingOf(house: Pick<House, "foundation">): Promise<Masking> {
  const { loaded, key } = await house.foundation();
  return { names: loaded.config.audit.redact, fingerprint: createFingerprint(await key()) };
}
