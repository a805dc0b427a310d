import { type Json, PreloopError, readJson, redactAll } from "#base";
import type { Approval } from "#model";

/**
 * Why a yes of this person must wait until they have seen what is masked: the arguments hold masked values that are odd
 * for secrets, and nothing was revealed to this person since the arguments are what they are. Empty when it need not.
 * `names` are further names whose values are masked.
 */
export function oddlyHiddenFrom(
  person: string,
  { reveals = [], effectiveArgs, effectiveDigest }: Approval,
  names: readonly string[],
): readonly string[] {
  const hasSeen = reveals.some((each) => each.person === person && each.argumentsDigest === effectiveDigest);
  return hasSeen ? [] : oddlyHidden(effectiveArgs, names);
}

/** What is odd about what masks hide in these arguments (JSON source text). */
export function oddlyHidden(args: string, names: readonly string[]): readonly string[] {
  let value: Json;
  try {
    value = readJson(args);
  } catch {
    return []; // a row that cannot be read is shown as the text it is, with nothing masked
  }
  return redactAll(value, { names }).odd;
}

/** Refuses a yes to what a mask hides and no secret looks like. @throws decision_refused */
export function refuseHidden(approval: Approval, person: string, names: readonly string[]): void {
  const odd = oddlyHiddenFrom(person, approval, names);
  if (odd.length === 0) return;
  const { id } = approval;
  throw new PreloopError(
    "decision_refused",
    `The arguments of ${id} hold a masked value that is odd for a secret (${odd.join("; ")}): see it first with "preloop approvals show ${id} --reveal", then approve`,
    { data: { approvalId: id } },
  );
}
