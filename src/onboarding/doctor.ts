import type { LoadedConfig, Settings } from "#config";
import type { Db } from "#store";
import type { AskOptions } from "./ask-server.ts";
import { checkClients } from "./check-clients.ts";
import { checkConfig, checkHome, checkKey, checkStore } from "./check-ground.ts";
import { checkServers } from "./check-servers.ts";
import type { Surroundings } from "./types.ts";

/** What one look found. */
export interface Finding {
  readonly check: "home" | "config" | "key" | "store" | "clock" | "server" | "client";
  /** `broken` keeps calls from working, or lets them past preloop. */
  readonly level: "ok" | "warning" | "broken";
  readonly text: string;
  /** What to do about it. */
  readonly mend?: string;
}

/** What the doctor looks at; each part may fail, and the failure is a finding. */
export interface Patient {
  readonly settings: Settings;
  readonly around: Surroundings;
  readonly version: string;
  config(): Promise<LoadedConfig>;
  key(): Promise<Uint8Array>;
  store(): Promise<Db>;
  readonly credentials: AskOptions["credentials"];
}

/** Looks at everything and tells as it goes. Starts the servers behind preloop, one session each; changes nothing else. */
export async function runChecks(
  patient: Patient,
  tell: (finding: Finding) => void,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  const add = (found: readonly Finding[]) => {
    for (const finding of found) {
      findings.push(finding);
      tell(finding);
    }
  };
  add(checkHome(patient.settings.home));
  const { found, loaded } = await checkConfig(patient);
  add(found);
  add(await checkKey(patient));
  // Without a config that can be read, which store it would be is anyone's guess.
  if (loaded) add(await checkStore(patient));
  if (loaded) add(await checkServers(loaded.config.mcpServers, patient));
  add(await checkClients(patient, loaded?.config));
  return findings;
}
