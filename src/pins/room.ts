import type { PinKind } from "#store";
import { pinNameOf } from "./pin-name.ts";
import type { Snapshot } from "./snapshot.ts";
import type { Seen } from "./types.ts";

// Files come and go without end, and a row for each would fill the store.
const MAX_PINNED = 2_000;

/** How many resources of a server are pinned; those beyond are only looked at. */
export interface PinRoom {
  /** True for what is pinned or may be. */
  hasRoomFor(seen: Seen, snapshot: Snapshot): boolean;
}

export function createPinRoom(): PinRoom {
  let counted: Snapshot | undefined;
  const taken = new Map<string, Set<string>>();

  // What was taken and written down since is counted by the snapshot.
  function takenSince(snapshot: Snapshot, server: string, kind: PinKind): Set<string> {
    if (snapshot !== counted) taken.clear();
    counted = snapshot;
    const key = `${server}\n${kind}`;
    const names = taken.get(key) ?? new Set();
    taken.set(key, names);
    return names;
  }

  return {
    hasRoomFor({ kind = "tool", server, original }, snapshot) {
      if (kind !== "resource" && kind !== "template") return true;
      const tool = pinNameOf(original);
      if (snapshot.digestsOf({ server, kind, tool })) return true;
      const names = takenSince(snapshot, server, kind);
      if (!names.has(tool) && snapshot.countOf(server, kind) + names.size >= MAX_PINNED) return false;
      names.add(tool);
      return true;
    },
  };
}
