import type { PinKey, PinKind, PinSnapshot } from "#store";

/** The pins and switches of one moment, made ready for calls. */
export interface Snapshot {
  knows(pin: PinKey): boolean;
  /** The definitions that were seen of one thing, true for those that are accepted; undefined where nothing is known of it. */
  digestsOf(pin: Omit<PinKey, "digest">): ReadonlyMap<string, boolean> | undefined;
  /** How many things of one kind are pinned of a server. */
  countOf(server: string, kind: PinKind): number;
  /** Of a server itself when `tool` is empty. */
  isOff(server: string, tool: string): boolean;
}

/** Before anything was read. */
export const EMPTY: Snapshot = compileSnapshot({ pins: [], off: [] });

export function compileSnapshot({ pins, off }: PinSnapshot): Snapshot {
  const shelves = new Map<string, Map<string, Map<string, boolean>>>();
  for (const { server, kind, tool, digest, isAccepted } of pins) {
    const shelf = getOrSet(shelves, keyOf(server, kind));
    getOrSet(shelf, tool).set(digest, isAccepted);
  }
  const switches = new Set(off.map(({ server, tool }) => keyOf(server, tool)));
  const digestsOf = ({ server, kind, tool }: Omit<PinKey, "digest">) =>
    shelves.get(keyOf(server, kind))?.get(tool);
  return {
    knows: (pin) => digestsOf(pin)?.has(pin.digest) ?? false,
    digestsOf,
    countOf: (server, kind) => shelves.get(keyOf(server, kind))?.size ?? 0,
    isOff: (server, tool) =>
      switches.size > 0 && (switches.has(keyOf(server, tool)) || switches.has(keyOf(server, ""))),
  };
}

function getOrSet<Key, Inner>(map: Map<string, Map<Key, Inner>>, key: string): Map<Key, Inner> {
  let found = map.get(key);
  if (!found) {
    found = new Map();
    map.set(key, found);
  }
  return found;
}

// A server's name has no line end in it.
function keyOf(server: string, rest: string): string {
  return `${server}\n${rest}`;
}
