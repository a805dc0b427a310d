import type { PinKey, PinKind, PinSnapshot } from "#store";

/** The pins and switches of one moment, made ready for calls. */
export interface PinLookup {
  knows(pin: PinKey): boolean;
  /** The definitions that were seen of one thing, true for those that are accepted; undefined where nothing is known of it. */
  digestsOf(pin: Omit<PinKey, "digest">): ReadonlyMap<string, boolean> | undefined;
  /** How many things of one kind are pinned of a server. */
  countOf(server: string, kind: PinKind): number;
  /** Of a server itself when `tool` is empty. */
  isOff(server: string, tool: string): boolean;
}

/** Before anything was read. */
export const EMPTY_LOOKUP: PinLookup = compilePinLookup({ pins: [], off: [] });

export function compilePinLookup({ pins, off }: PinSnapshot): PinLookup {
  const servers = new Map<string, Map<PinKind, Map<string, Map<string, boolean>>>>();
  for (const { server, kind, tool, digest, isAccepted } of pins) {
    const kinds = inside(servers, server);
    inside(inside(kinds, kind), tool).set(digest, isAccepted);
  }
  const switches = new Map<string, Set<string>>();
  for (const { server, tool } of off)
    switches.set(server, (switches.get(server) ?? new Set<string>()).add(tool));
  const digestsOf = ({ server, kind, tool }: Omit<PinKey, "digest">) =>
    servers.get(server)?.get(kind)?.get(tool);
  return {
    knows: (pin) => digestsOf(pin)?.has(pin.digest) ?? false,
    digestsOf,
    countOf: (server, kind) => servers.get(server)?.get(kind)?.size ?? 0,
    isOff(server, tool) {
      const names = switches.get(server);
      return names !== undefined && (names.has(tool) || names.has(""));
    },
  };
}

/** The map that stands under the key, made when it is not there. */
function inside<Outer, Key, Value>(map: Map<Outer, Map<Key, Value>>, key: Outer): Map<Key, Value> {
  let found = map.get(key);
  if (!found) {
    found = new Map();
    map.set(key, found);
  }
  return found;
}
