import type { ApprovalDecisions } from "#approvals";
import type { Db } from "#store";
import type { Foundation } from "./foundation.ts";

/** What a command may ask for; each part is built when first asked for, and closed at the end. */
export interface House {
  readonly out: Output;
  /** Settings, config, log and key. @throws config_missing, config_invalid */
  foundation(): Promise<Foundation>;
  /** `local:<os user>`: who decides at this terminal. */
  decider(): Promise<string>;
  store(): Promise<Db>;
  deciders(): Promise<ApprovalDecisions>;
  /** Deciding and loosening commands call this first. @throws agent_environment inside an agent's own environment */
  refuseInsideAgents(what: string): Promise<void>;
  close(): Promise<void>;
}

/** Where a command speaks. Untrusted text goes through `makeVisible` before it gets here. */
export interface Output {
  readonly isTty: boolean;
  readonly columns: number;
  line(text?: string): void;
  /** One JSON document. */
  json(value: unknown): void;
  /** To stderr. */
  note(text: string): void;
}
