import type { ApprovalDecisions } from "#approvals";
import type { Clock, Masking } from "#base";
import type { Approval, AuditEventKind } from "#model";
import type { DetailLines } from "../render/detail.ts";
import type { DetailMaker } from "./prepare.ts";
import type { ScreenLayout } from "./screen-layout.ts";
import type { ScreenState } from "./state.ts";

/** What a desk needs from the world around it. */
export interface ControllerOptions {
  readonly decisions: ApprovalDecisions;
  /** Who decides here: `local:<os user>`. */
  readonly decider: string;
  readonly clock: Clock;
  readonly size: ScreenState["size"];
  /** One column and no boxes, for screen readers. */
  readonly plain: boolean;
  readonly masking: Masking;
  /** A number of three digits that a person is asked to type. */
  readonly newCode: () => string;
  /** Called before masked secrets are shown or edited; they stay masked when it rejects. */
  readonly onReveal: (approval: Approval) => Promise<void> | void;
  /** Called after what a person did beside voting: froze, thawed, revoked, or was refused a vote. */
  readonly onEvent: (kind: AuditEventKind, facts: Readonly<Record<string, string>>) => Promise<void> | void;
  /** Opens a text in the person's editor; undefined when the editor failed. */
  readonly edit: (text: string) => Promise<string | undefined>;
  readonly notify: (text: string) => void;
  readonly copy: (text: string) => void;
  readonly onQuit: () => void;
}

/** What the keys of every mode work on. */
export interface ModeContext {
  readonly options: ControllerOptions;
  readonly details: DetailMaker;
  state(): ScreenState;
  set(change: Partial<ScreenState>): void;
  layout(): ScreenLayout;
  /** The detail of the picked approval, as it is on the screen. */
  detail(): DetailLines | undefined;
  /** Whether what is in front has been there long enough to decide about. */
  isArmed(): boolean;
  toast(text: string, tone?: "good" | "warn"): void;
  /** Runs work that the person waits for, says how it went, and looks at the store again. */
  act(text: string, work: () => Promise<string | undefined>): void;
}
