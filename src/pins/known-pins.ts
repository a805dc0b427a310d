import { writeJson } from "#base";
import type { NewPin, PinKey, PinSnapshot } from "#store";
import { definitionOf, type LaunchPin, pinDigestOf } from "./definition.ts";
import { type FirstUses, withFirstUses } from "./first-uses.ts";
import { compilePinLookup, EMPTY_LOOKUP, type PinLookup } from "./pin-lookup.ts";
import { isStorable, pinNameOf } from "./pin-name.ts";
import { createPinQuota } from "./pin-quota.ts";
import type { Pinnable } from "./types.ts";

/** Pins that this process knows: what the store had when it was read last, and first uses that it may lack. */
export interface KnownPins {
  /** All of them, as they are right now. */
  readonly lookup: PinLookup;
  isInStore(pin: PinKey): boolean;
  /** Takes what the store has now. */
  take(stored: PinSnapshot): void;
  /** Notes a definition that the store does not have. */
  note(item: Pinnable, pin: Pick<NewPin, "flags" | "isHeld">): void;
  /** Notes how the servers of the config are launched. */
  noteServers(): void;
  /** Keeps what was noted as first uses, before anything rests on it. */
  keepNoted(): void;
}

/** Parts that the known pins need. */
export interface KnownPinsParts {
  /** What the store had the last time. */
  readonly lastTime: PinSnapshot;
  readonly firstUses: FirstUses;
  /** Launches of the config's servers, by the server's name. */
  readonly launches: ReadonlyMap<string, LaunchPin>;
  readonly builtinServer: string | undefined;
}

/** What was kept from the last time may be of a store that was begun anew since, so it counts as not in the store. */
export function createKnownPins({ lastTime, firstUses, launches, builtinServer }: KnownPinsParts): KnownPins {
  let stored = lastTime;
  let inStore: PinLookup = EMPTY_LOOKUP;
  let lookup: PinLookup = compilePinLookup(withFirstUses(stored, firstUses.all()));
  const noted: NewPin[] = [];
  const room = createPinQuota();

  function add(pin: NewPin): void {
    if (!inStore.knows(pin)) noted.push(pin);
  }

  return {
    get lookup() {
      return lookup;
    },
    isInStore: (pin) => inStore.knows(pin),
    take(found) {
      stored = found;
      inStore = compilePinLookup(found);
    },
    // A name that Postgres cannot hold stays held by its flag alone.
    note(item, pin) {
      const { server, original, name, kind = "tool" } = item;
      if (server === builtinServer || (kind !== "instructions" && !isStorable(original))) return;
      if (!room.hasRoomFor(item, lookup)) return;
      const key = { server, kind, tool: pinNameOf(original), digest: pinDigestOf(item) };
      if (!inStore.knows(key)) add({ ...key, name, definition: writeJson(definitionOf(item)), ...pin });
    },
    noteServers() {
      for (const [server, { digest, shown }] of launches)
        add({
          ...launchKey(server, digest),
          name: server,
          definition: writeJson(shown),
          flags: [],
          isHeld: false,
        });
    },
    // At once: a process that is killed after its first answer has used what the answer was about.
    keepNoted() {
      const known = compilePinLookup(withFirstUses({ pins: [], off: [] }, firstUses.unsettled()));
      const fresh = noted.filter((pin) => !known.knows(pin));
      noted.length = 0;
      if (fresh.length > 0) firstUses.keep(fresh);
      lookup = compilePinLookup(withFirstUses(stored, firstUses.all()));
    },
  };
}

/** The key of a server's launch among the pins. */
export function launchKey(server: string, digest: string): PinKey {
  return { server, kind: "tool", tool: "", digest };
}
