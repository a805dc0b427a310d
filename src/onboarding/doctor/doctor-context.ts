import type { LoadedConfig, Settings } from "#config";
import type { Db } from "#store";
import type { MachineInfo } from "../types.ts";
import type { AskOptions } from "./ask-server.ts";

/** Finding of one check. */
export interface DoctorFinding {
  readonly check: "home" | "config" | "key" | "store" | "clock" | "server" | "client";
  /** `broken` keeps calls from working, or lets them past preloop. */
  readonly level: "ok" | "warning" | "broken";
  readonly text: string;
  /** What to do about it. */
  readonly mend?: string;
}

/** Context that the doctor checks; each part may fail, and the failure is a finding. */
export interface DoctorContext {
  readonly settings: Settings;
  readonly machine: MachineInfo;
  readonly version: string;
  config(): Promise<LoadedConfig>;
  key(): Promise<Uint8Array>;
  store(): Promise<Db>;
  readonly credentials: AskOptions["credentials"];
}
