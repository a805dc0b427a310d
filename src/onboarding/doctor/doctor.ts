import { checkConfig, checkHome, checkKey } from "./check-basics.ts";
import { checkClients } from "./check-clients.ts";
import { checkServers } from "./check-servers.ts";
import { checkStore } from "./check-store.ts";
import type { DoctorContext, DoctorFinding } from "./doctor-context.ts";

/** Checks everything, and hands on each finding as it goes. Starts the servers behind preloop, one session each; changes nothing else. */
export async function runChecks(
  context: DoctorContext,
  tell: (finding: DoctorFinding) => void,
): Promise<readonly DoctorFinding[]> {
  const findings: DoctorFinding[] = [];
  const add = (found: readonly DoctorFinding[]) => {
    for (const finding of found) {
      findings.push(finding);
      tell(finding);
    }
  };
  add(checkHome(context.settings.home));
  const { found, loaded } = await checkConfig(context);
  add(found);
  add(await checkKey(context));
  // Without a config that can be read, which store it would be is anyone's guess.
  if (loaded) add(await checkStore(context));
  if (loaded) add(await checkServers(loaded.config.mcpServers, context));
  add(await checkClients(context, loaded?.config));
  return findings;
}
