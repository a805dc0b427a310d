/** The people of one workflow, and how many of them must say yes. */
export interface Panel {
  /** The workflow's name. */
  readonly name: string;
  /** Deciders by name; empty means whoever can decide at all. */
  readonly approvers: readonly string[];
  /** Distinct approvals needed. */
  readonly quorum: number;
  /** Who may decide, too, once nobody has decided for so long. */
  readonly escalate?: { readonly afterMs: number; readonly to: readonly string[] };
}

/**
 * Workflow of an approval: who must decide, by when, and who is told; a snapshot of the config at the time of
 * asking.
 */
export interface Workflow extends Panel {
  readonly timeoutMs: number;
  /** Names of notification channels. */
  readonly notify: readonly string[];
  /** Where several workflows guard one call: the panels of the others, each of which must say yes as well. */
  readonly also?: readonly [Panel, ...Panel[]];
}

/** Every panel that must say yes; its own first. All that escalate do so at one moment. */
export function panelsOf({ name, approvers, quorum, escalate, also }: Workflow): readonly Panel[] {
  return [{ name, approvers, quorum, ...(escalate && { escalate }) }, ...(also ?? [])];
}

/** Who may decide for a panel; empty means whoever can decide at all. */
export function decidersOf({ approvers, escalate }: Panel, isEscalated: boolean): readonly string[] {
  if (approvers.length === 0 || !isEscalated || !escalate) return approvers;
  return [...new Set([...approvers, ...escalate.to])];
}

/** Whether there will never be enough people, not even once it has escalated. */
export function isOutOfReach(panel: Panel): boolean {
  return panel.approvers.length > 0 && decidersOf(panel, true).length < panel.quorum;
}
