import { type Log, silentLog, writeJson } from "#base";
import {
  createLiveSnapshot,
  type Db,
  type NewPin,
  PIN_CHANNEL,
  type PinKey,
  type PinKind,
  type PinSnapshot,
  readPins,
} from "#store";
import { definitionOf, launchOf, pinDigestOf, type ServerLaunch } from "./definition.ts";
import { keepFirstUses, withFirstUses } from "./first-uses.ts";
import { holdTexts } from "./hold.ts";
import { keepPins } from "./kept.ts";
import { likenessesOf } from "./likeness.ts";
import { compilePinLookup, EMPTY_LOOKUP, type PinLookup } from "./pin-lookup.ts";
import { isStorable, pinNameOf } from "./pin-name.ts";
import { createPinRoom } from "./room.ts";
import { flagsOf } from "./suspicion.ts";
import { createTelling } from "./telling.ts";
import type { Hold, Pinnable, Pins } from "./types.ts";
import { createPinWriting } from "./writing.ts";

export interface PinOptions {
  /** How to reach the store: asked again until it is there. */
  readonly db: () => Promise<Db>;
  /** The servers of the config, as they are started or reached. */
  readonly servers: Readonly<Record<string, ServerLaunch>>;
  /** The name that preloop's own tools stand under: they come with the program, and change with it. */
  readonly builtinServer?: string;
  /** True where other homes fill the store as well. */
  readonly isShared?: boolean;
  /** A file in the home that keeps what the store said last, for a start while it is away. */
  readonly keptIn?: string;
  readonly log?: Log;
  /** Hears of each thing that turns out to be held, once. */
  readonly onHeld?: (item: Pinnable, hold: Hold) => void;
  /** Hears that what is held or switched off may have changed, of which kind. */
  readonly onChange?: (kind: PinKind) => void;
}

/** All there was of one kind when it was looked at last, with the reasons to hold each. */
interface Survey {
  readonly list: readonly Pinnable[];
  readonly holds: WeakMap<Pinnable, readonly string[]>;
}

/** Keeps pins, and judges by them what servers tell of. */
export function createPins(options: PinOptions): Pins {
  const { servers, log = silentLog, onHeld = () => {}, onChange = () => {} } = options;
  const launches = new Map(Object.entries(servers).map(([name, server]) => [name, launchOf(server)]));
  const kept = keepPins(options.keptIn, log);
  const firstUses = keepFirstUses(options.keptIn, log);
  const lastTime = kept.read();
  let stored: PinSnapshot = lastTime ?? { pins: [], off: [] };
  let isRead = false;
  // What was kept from the last time may be of a store that was begun anew since.
  let inStore: PinLookup = EMPTY_LOOKUP;
  let lookup: PinLookup = compilePinLookup(withFirstUses(stored, firstUses.all()));
  const waiting: NewPin[] = [];
  const surveys = new Map<PinKind, Survey>();
  const tell = createTelling(onHeld);
  const room = createPinRoom();
  const writing = createPinWriting({
    firstUses,
    isInStore: (pin) => inStore.knows(pin),
    later: () => liveSnapshot.refreshLater(),
    log,
  });
  const liveSnapshot = createLiveSnapshot({
    reach: options.db,
    channel: PIN_CHANNEL,
    what: "Pins",
    read,
    log,
  });

  async function read(db: Db): Promise<void> {
    const before = [...surveys].map(([kind, { list }]) => [kind, list, stateOf(list)] as const);
    const forget = firstUses.beginRead();
    const found = await readPins(db);
    forget();
    stored = found;
    inStore = compilePinLookup(found);
    isRead = true;
    kept.write(found);
    noteServers();
    keepFirst();
    for (const [kind, list, state] of before) {
      for (const item of list) tellOf(item);
      if (stateOf(list) !== state) onChange(kind);
    }
    writing.start(db);
  }

  function noteServers(): void {
    for (const [server, { digest, shown }] of launches)
      add({
        ...launchKey(server, digest),
        name: server,
        definition: writeJson(shown),
        flags: [],
        isHeld: false,
      });
  }

  // A name that Postgres cannot hold stays held by its flag alone.
  function note(item: Pinnable, pin: Pick<NewPin, "flags" | "isHeld">): void {
    const { server, original, name, kind = "tool" } = item;
    if (server === options.builtinServer || (kind !== "instructions" && !isStorable(original))) return;
    if (!room.hasRoomFor(item, lookup)) return;
    const key = { server, kind, tool: pinNameOf(original), digest: pinDigestOf(item) };
    if (!inStore.knows(key)) add({ ...key, name, definition: writeJson(definitionOf(item)), ...pin });
  }

  function add(pin: NewPin): void {
    if (!inStore.knows(pin)) waiting.push(pin);
  }

  // At once: a process that is killed after its first answer has used what the answer was about.
  function keepFirst(): void {
    const known = compilePinLookup(withFirstUses({ pins: [], off: [] }, firstUses.unsettled()));
    const fresh = waiting.filter((pin) => !known.knows(pin));
    waiting.length = 0;
    if (fresh.length > 0) firstUses.keep(fresh);
    lookup = compilePinLookup(withFirstUses(stored, firstUses.all()));
  }

  function holdOf(item: Pinnable): Hold | undefined {
    const { server, original, kind = "tool" } = item;
    if (server === options.builtinServer) return undefined;
    const whole = holdOfServer(server);
    if (whole) return whole;
    const known = lookup.digestsOf({ server, kind, tool: pinNameOf(original) });
    if (known?.get(pinDigestOf(item))) return undefined;
    const holds = surveys.get(kind)?.holds.get(item) ?? flagsOf(item).holds;
    if (holds.length > 0) return holdTexts.suspicious(item, holds);
    // Nothing is known of it at all: the first use is good.
    return known && holdTexts.changed(item);
  }

  function holdOfServer(server: string): Hold | undefined {
    const launch = launches.get(server);
    const known = launch && lookup.digestsOf(launchKey(server, launch.digest));
    return known && !known.get(launch.digest) ? holdTexts.server(server) : undefined;
  }

  /** Differs when a client would see a difference. */
  function stateOf(list: readonly Pinnable[]): string {
    return list.map((item) => (isItemOff(item) ? "off" : (holdOf(item)?.kind ?? ""))).join();
  }

  function isItemOff({ server, original, kind = "tool" }: Pinnable): boolean {
    return isOff(server, kind === "tool" ? original : "");
  }

  function isOff(server: string, tool = ""): boolean {
    return lookup.isOff(server, pinNameOf(tool));
  }

  function tellOf(item: Pinnable): void {
    const hold = holdOf(item);
    if (hold) tell(item, hold);
  }

  return {
    get ready() {
      return liveSnapshot.ready;
    },
    get isBlind() {
      return options.isShared === true && !isRead && lastTime === undefined;
    },
    survey(list, kind = "tool") {
      const before = surveys.get(kind);
      if (before?.list.length === list.length && list.every((item) => before.holds.has(item))) return;
      const likenesses = kind === "tool" ? likenessesOf(list) : undefined;
      const survey = { list, holds: new WeakMap<Pinnable, readonly string[]>() };
      surveys.set(kind, survey);
      for (const item of list) {
        const { holds, notes } = flagsOf(item);
        const like = likenesses?.get(item);
        const reasons = like?.isDisguised ? [...holds, "a name that passes for another tool's"] : holds;
        survey.holds.set(item, reasons);
        note(item, { flags: [...reasons, ...notes, ...(like?.notes ?? [])], isHeld: reasons.length > 0 });
      }
      noteServers();
      keepFirst();
      for (const item of list) tellOf(item);
      if (liveSnapshot.db) writing.start(liveSnapshot.db);
    },
    isSurveyed: (item) => surveys.get(item.kind ?? "tool")?.holds.has(item) ?? false,
    holdOf,
    holdOfServer,
    isOff,
    async close() {
      const closing = writing.close();
      await liveSnapshot.close();
      await closing;
    },
  };
}

function launchKey(server: string, digest: string): PinKey {
  return { server, kind: "tool", tool: "", digest };
}
