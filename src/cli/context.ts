import type { Runtime } from "#app";
import type { ApprovalDecisions } from "#approvals";
import type { Db } from "#store";

/** Services that a command may ask for; each is built when first asked for, and closed at the end. */
export interface CommandContext {
  readonly out: Output;
  /** Settings, config, log and key. @throws config_missing, config_invalid */
  runtime(): Promise<Runtime>;
  /** `local:<os user>`: who decides at this terminal. */
  decider(): Promise<string>;
  store(): Promise<Db>;
  decisions(): Promise<ApprovalDecisions>;
  /** Deciding and loosening commands call this first. @throws agent_environment inside an agent's own environment */
  refuseInsideAgents(what: string): Promise<void>;
  close(): Promise<void>;
}

/** Output of a command. Untrusted text goes through `makeVisible` before it gets here. */
export interface Output {
  readonly isTty: boolean;
  readonly columns: number;
  line(text?: string): void;
  /** One JSON document. */
  json(value: unknown): void;
  /** To stderr. */
  note(text: string): void;
}
