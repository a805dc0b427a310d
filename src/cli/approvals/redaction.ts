import { createFingerprint, type Masking } from "#base";
import type { Exposure } from "#views";
import type { CommandContext } from "../context.ts";

/** What this terminal may see of arguments: secrets only when they are asked for. */
export async function exposureOf(context: CommandContext, reveal = false): Promise<Exposure> {
  return { reveal, masking: await maskingOf(context), person: await context.decider() };
}

/** How secrets are masked here: by the config's names, with fingerprints under the secret key. */
export async function maskingOf(context: Pick<CommandContext, "runtime">): Promise<Masking> {
  const { loaded, key } = await context.runtime();
  return { names: loaded.config.audit.redact, fingerprint: createFingerprint(await key()) };
}
