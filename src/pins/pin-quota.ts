import type { PinKind } from "#store";
import type { PinLookup } from "./pin-lookup.ts";
import { pinNameOf } from "./pin-name.ts";
import type { Pinnable } from "./types.ts";

// Files come and go without end, and a row for each would fill the store.
const MAX_PINNED = 2_000;

/** Limit on how many resources of a server are pinned; those beyond are only looked at. */
export interface PinQuota {
  /** True for what is pinned or may be. */
  hasRoomFor(item: Pinnable, lookup: PinLookup): boolean;
}

export function createPinQuota(): PinQuota {
  let counted: PinLookup | undefined;
  const taken = new Map<string, Set<string>>();

  // What was taken and written down since is counted by the lookup.
  function takenSince(lookup: PinLookup, server: string, kind: PinKind): Set<string> {
    if (lookup !== counted) taken.clear();
    counted = lookup;
    const key = `${server}\n${kind}`;
    const names = taken.get(key) ?? new Set();
    taken.set(key, names);
    return names;
  }

  return {
    hasRoomFor({ kind = "tool", server, original }, lookup) {
      if (kind !== "resource" && kind !== "template") return true;
      const tool = pinNameOf(original);
      if (lookup.digestsOf({ server, kind, tool })) return true;
      const names = takenSince(lookup, server, kind);
      if (!names.has(tool) && lookup.countOf(server, kind) + names.size >= MAX_PINNED) return false;
      names.add(tool);
      return true;
    },
  };
}
