import { decidersOf, isOutOfReach } from "#model";
import type { Tally } from "./tally.ts";

/** `1 of 2`, and where several panels decide, `1 of 2 and 0 of 1`. */
export function tallyWord(tallies: readonly Tally[]): string {
  return tallies.map(({ panel, yes }) => `${yes.length} of ${panel.quorum}`).join(" and ");
}

/** Whose yes is still wanted, panel by panel: `1 more of bo, cy (workflow "production")`. */
export function missingWord(tallies: readonly Tally[]): string {
  return tallies
    .filter(({ missing }) => missing > 0)
    .map((tally) => `${tally.missing} more of ${whoIsLeft(tally)} (workflow "${tally.panel.name}")`)
    .join(" and ");
}

/** Why nobody can ever approve, if that is so. */
export function hopelessWord(tallies: readonly Tally[]): string | undefined {
  const panel = tallies.map((tally) => tally.panel).find(isOutOfReach);
  return (
    panel &&
    `nobody can approve it: the workflow "${panel.name}" wants ${panel.quorum} people, and only ${decidersOf(panel, true).join(", ")} may decide before it ends`
  );
}

function whoIsLeft({ deciders, yes }: Tally): string {
  if (deciders.length === 0) return yes.length === 0 ? "whoever can decide" : "other people";
  return deciders.filter((person) => !yes.includes(person)).join(", ") || "people who are not named";
}
