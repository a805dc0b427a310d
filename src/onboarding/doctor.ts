import type { LoadedConfig, Settings } from "#config";
import type { Db } from "#store";
import type { AskOptions } from "./ask-server.ts";
import { checkConfig, checkHome, checkKey, checkStore } from "./check-basics.ts";
import { checkClients } from "./check-clients.ts";
import { checkServers } from "./check-servers.ts";
import type { MachineInfo } from "./types.ts";

/** What one look found. */
export interface DoctorFinding {
  readonly check: "home" | "config" | "key" | "store" | "clock" | "server" | "client";
  /** `broken` keeps calls from working, or lets them past preloop. */
  readonly level: "ok" | "warning" | "broken";
  readonly text: string;
  /** What to do about it. */
  readonly mend?: string;
}

/** What the doctor looks at; each part may fail, and the failure is a finding. */
export interface DoctorContext {
  readonly settings: Settings;
  readonly machine: MachineInfo;
  readonly version: string;
  config(): Promise<LoadedConfig>;
  key(): Promise<Uint8Array>;
  store(): Promise<Db>;
  readonly credentials: AskOptions["credentials"];
}

/** Looks at everything and tells as it goes. Starts the servers behind preloop, one session each; changes nothing else. */
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
