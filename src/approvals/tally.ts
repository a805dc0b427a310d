import { decidersOf, type ListedApproval, type Panel, panelsOf, type Workflow } from "#model";

/** Count of the votes of one panel of an approval: who may decide, who said yes, how many are missing. */
export interface Tally {
  readonly panel: Panel;
  /** Who may decide for it now; empty means whoever can decide at all. */
  readonly deciders: readonly string[];
  /** Those of them who said yes. */
  readonly yes: readonly string[];
  /** How many more of them must say yes. */
  readonly missing: number;
}

/** How far every panel of an approval is, by the votes for the arguments as they are now. */
export function talliesOf(approval: ListedApproval): readonly Tally[] {
  return tally(approval.workflow, approversOf(approval), approval.escalatedAt !== undefined);
}

/** Distinct people whose yes to the arguments as they are now still counts. */
export function approversOf({ votes, effectiveDigest }: ListedApproval): readonly string[] {
  const counting = votes.filter(
    ({ verdict, voidedAt, argumentsDigest }) =>
      verdict === "approve" && voidedAt === undefined && argumentsDigest === effectiveDigest,
  );
  return [...new Set(counting.map(({ decider }) => decider))];
}

/**
 * Counts the people who said yes for each panel on its own: one person counts in every panel that knows them, as each
 * panel wants so many different people of its own and says nothing of the others'.
 */
export function tally(workflow: Workflow, people: readonly string[], isEscalated: boolean): readonly Tally[] {
  return panelsOf(workflow).map((panel) => {
    const deciders = decidersOf(panel, isEscalated);
    const yes = deciders.length === 0 ? people : people.filter((person) => deciders.includes(person));
    return { panel, deciders, yes, missing: Math.max(0, panel.quorum - yes.length) };
  });
}

/** Whether every panel has its quorum. */
export function isApproved(tallies: readonly Tally[]): boolean {
  return tallies.every(({ missing }) => missing === 0);
}

/** Whether one person's yes is all that is wanted. */
export function isForOnePerson({ quorum, also }: Workflow): boolean {
  return quorum === 1 && also === undefined;
}
