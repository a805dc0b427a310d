import { sha256 } from "#base";

/** The longest name that every known client accepts. */
export const MAX_NAME = 64;

const SAFE = /^[A-Za-z0-9_-]+$/;

/**
 * The name a client sees for a server's tool or prompt: `server__name`. A name outside `[A-Za-z0-9_-]`, or too long
 * with its prefix, gets a stable form that ends in a hash of the original, so it never changes with its neighbours.
 */
export function exposedName(server: string, name: string, prefix: boolean): string {
  const plain = prefix ? `${server}__${name}` : name;
  if (SAFE.test(plain) && plain.length <= MAX_NAME) return plain;
  const hash = sha256(`${server}\n${name}`).slice(0, 8);
  const readable = plain.replace(/[^A-Za-z0-9_-]+/g, "-").slice(0, MAX_NAME - hash.length - 1);
  return `${readable}_${hash}`;
}

/** Entries by exposed name, in order; a name that two entries claim serves neither, and is reported. */
export function indexByName<Entry extends { readonly name: string; readonly server: string }>(
  entries: readonly Entry[],
  onClash: (name: string, servers: readonly string[]) => void,
): Map<string, Entry> {
  const claims = new Map<string, Entry[]>();
  for (const entry of entries) claims.set(entry.name, [...(claims.get(entry.name) ?? []), entry]);
  const index = new Map<string, Entry>();
  for (const [name, claimants] of claims) {
    if (claimants.length === 1) index.set(name, claimants[0]!);
    else
      onClash(
        name,
        claimants.map((entry) => entry.server),
      );
  }
  return index;
}
