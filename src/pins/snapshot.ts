import type { PinKey, PinSnapshot } from "#store";

/** The pins and switches of one moment, made ready for calls. */
export interface Snapshot {
  knows(pin: PinKey): boolean;
  /** `new` where nothing is known of the tool at all: the first use is good. */
  stateOf(pin: PinKey): "new" | "accepted" | "held";
  isOff(server: string, tool: string): boolean;
}

/** Before anything was read. */
export const EMPTY: Snapshot = {
  knows: () => false,
  stateOf: () => "new",
  isOff: () => false,
};

export function compileSnapshot({ pins, off }: PinSnapshot): Snapshot {
  const known = new Map<string, Map<string, boolean>>();
  for (const { server, tool, digest, isAccepted } of pins) {
    const key = keyOf(server, tool);
    known.set(key, (known.get(key) ?? new Map<string, boolean>()).set(digest, isAccepted));
  }
  const switches = new Set(off.map(({ server, tool }) => keyOf(server, tool)));
  return {
    knows: ({ server, tool, digest }) => known.get(keyOf(server, tool))?.has(digest) ?? false,
    stateOf({ server, tool, digest }) {
      const digests = known.get(keyOf(server, tool));
      if (!digests) return "new";
      return digests.get(digest) ? "accepted" : "held";
    },
    isOff: (server, tool) =>
      switches.size > 0 && (switches.has(keyOf(server, tool)) || switches.has(keyOf(server, ""))),
  };
}

function keyOf(server: string, tool: string): string {
  return JSON.stringify([server, tool]);
}
