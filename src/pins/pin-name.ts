import { sha256 } from "#base";

// What Postgres can index, with room for three bytes a letter.
const MAX_NAME = 500;

/** True for a name or address that the store can hold. */
export function isStorable(name: string): boolean {
  return name !== "" && !/[\0\ud800-\udfff]/u.test(name);
}

/** The name that something is pinned under: its own, or the beginning of a very long one with its digest. */
export function pinNameOf(name: string): string {
  if (name.length <= MAX_NAME) return name;
  const beginning = name.slice(0, MAX_NAME - 70).replace(/[\ud800-\udbff]$/, "");
  return `${beginning}…${sha256(name)}`;
}
