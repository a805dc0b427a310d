/** Vendors take a project's name in any case, and answer in their own. */
export function sameProject(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
