import { type Log, messageOf, silentLog, writeJson } from "#base";
import { type Db, followStore, type NewPin, notePins, PIN_CHANNEL, readPins } from "#store";
import { definitionOf, launchOf, pinDigestOf, type ServerLaunch } from "./definition.ts";
import { keepFirstUses, withFirstUses } from "./first-uses.ts";
import { holdTexts } from "./hold.ts";
import { keepPins } from "./kept.ts";
import { likenessesOf } from "./likeness.ts";
import { compileSnapshot, EMPTY, type Snapshot } from "./snapshot.ts";
import { flagsOfTool } from "./suspicion.ts";
import type { Hold, Pins, SeenTool } from "./types.ts";

export interface PinOptions {
  /** How to reach the store: asked again until it is there. */
  readonly db: () => Promise<Db>;
  /** The servers of the config, as they are started or reached. */
  readonly servers: Readonly<Record<string, ServerLaunch>>;
  /** The name that preloop's own tools stand under: they come with the program, and change with it. */
  readonly own?: string;
  /** A file in the home that keeps what the store said last, for a start while it is away. */
  readonly keptIn?: string;
  readonly log?: Log;
  /** Hears of each tool that turns out to be held, once. */
  readonly onHeld?: (tool: SeenTool, hold: Hold) => void;
  /** Hears that what is held or switched off may have changed. */
  readonly onChange?: () => void;
}

/** What was seen of a tool, with what is odd about it. */
interface Surveyed {
  readonly digest: string;
  readonly holds: readonly string[];
}

/** Keeps pins and judges tools by them. */
export function createPins(options: PinOptions): Pins {
  const { servers, log = silentLog, onHeld = () => {}, onChange = () => {} } = options;
  const launches = new Map(Object.entries(servers).map(([name, server]) => [name, launchOf(server)]));
  const kept = keepPins(options.keptIn, log);
  const firstUses = keepFirstUses(options.keptIn, log);
  let stored = kept.read() ?? { pins: [], off: [] };
  let inStore: Snapshot = EMPTY; // unlike what was kept, which may be of a store that was begun anew since
  let snapshot: Snapshot = compileSnapshot(withFirstUses(stored, firstUses.all()));
  let surveyed = new WeakMap<SeenTool, Surveyed>();
  const waiting = new Map<string, NewPin>();
  const told = new Set<string>();
  let isClosed = false;
  let last: readonly SeenTool[] = [];
  const followed = followStore({ reach: options.db, channel: PIN_CHANNEL, what: "Pins", read, log });

  async function read(db: Db): Promise<void> {
    const before = stateOf(last);
    const found = await readPins(db);
    stored = found;
    inStore = compileSnapshot(found);
    kept.write(found);
    noteServers();
    keepFirst();
    for (const tool of last) tell(tool);
    if (stateOf(last) !== before) onChange();
    writeDown(db);
  }

  // Nobody waits for it; its own notification brings the new state.
  let writing: Promise<void> | undefined;
  function writeDown(db: Db): void {
    if (isClosed || firstUses.unsettled().length === 0) return;
    writing ??= write(db)
      .catch((error) => {
        log.debug("pins are not written down yet", { error: messageOf(error) });
        followed.later();
      })
      .finally(() => {
        writing = undefined;
      });
  }

  // One after the other: of two definitions of a tool, the one that was used first is good.
  async function write(db: Db): Promise<void> {
    for (let [use] = firstUses.unsettled(); use && !isClosed; [use] = firstUses.unsettled()) {
      const fresh = use.pins.filter((pin) => !inStore.knows(pin));
      if (fresh.length > 0) await notePins(db, fresh);
      firstUses.settle(use);
    }
  }

  function noteServers(): void {
    for (const [server, { digest, shown }] of launches)
      note({
        server,
        tool: "",
        digest,
        name: server,
        definition: writeJson(shown),
        flags: [],
        isHeld: false,
      });
  }

  function note(pin: NewPin): void {
    if (!inStore.knows(pin)) waiting.set(JSON.stringify([pin.server, pin.tool, pin.digest]), pin);
  }

  // At once: a process that is killed after its first answer has used what the answer was about.
  function keepFirst(): void {
    const known = compileSnapshot(withFirstUses({ pins: [], off: [] }, firstUses.unsettled()));
    const fresh = [...waiting.values()].filter((pin) => !known.knows(pin));
    waiting.clear();
    if (fresh.length > 0) firstUses.keep(fresh);
    snapshot = compileSnapshot(withFirstUses(stored, firstUses.all()));
  }

  // A name that Postgres cannot hold stays held by its flag alone.
  function noteTool(tool: SeenTool, pin: Pick<NewPin, "digest" | "flags" | "isHeld">): void {
    const { server, original, name } = tool;
    if (server === options.own) return;
    if (inStore.knows({ server, tool: original, digest: pin.digest }) || !isStorable(original)) return;
    note({ server, tool: original, name, definition: writeJson(definitionOf(tool)), ...pin });
  }

  function holdOf(tool: SeenTool): Hold | undefined {
    if (tool.server === options.own) return undefined;
    const launch = launches.get(tool.server);
    if (launch && snapshot.stateOf({ server: tool.server, tool: "", digest: launch.digest }) === "held")
      return holdTexts.server(tool);
    const seen = surveyed.get(tool);
    const digest = seen?.digest ?? pinDigestOf(tool);
    const state = snapshot.stateOf({ server: tool.server, tool: tool.original, digest });
    if (state === "accepted") return undefined;
    const holds = seen?.holds ?? flagsOfTool(tool).holds;
    if (holds.length > 0) return holdTexts.suspicious(tool, holds);
    return state === "held" ? holdTexts.changed(tool) : undefined;
  }

  /** Differs when a client would see a difference. */
  function stateOf(tools: readonly SeenTool[]): string {
    return tools
      .map((tool) => (snapshot.isOff(tool.server, tool.original) ? "off" : (holdOf(tool)?.kind ?? "")))
      .join();
  }

  function tell(tool: SeenTool): void {
    const hold = holdOf(tool);
    const key = hold && JSON.stringify([hold.kind, tool.server, tool.original, surveyed.get(tool)?.digest]);
    if (key === undefined || told.has(key)) return;
    told.add(key);
    onHeld(tool, hold!);
  }

  return {
    get ready() {
      return followed.ready;
    },
    survey(tools) {
      if (tools.length === last.length && tools.every((tool) => surveyed.has(tool))) return;
      const likenesses = likenessesOf(tools);
      last = tools;
      surveyed = new WeakMap();
      for (const tool of tools) {
        const digest = pinDigestOf(tool);
        const { holds, notes } = flagsOfTool(tool);
        const like = likenesses.get(tool);
        const reasons = like?.isDisguised ? [...holds, "a name that passes for another tool's"] : holds;
        surveyed.set(tool, { digest, holds: reasons });
        const flags = [...reasons, ...notes, ...(like?.notes ?? [])];
        noteTool(tool, { digest, flags, isHeld: reasons.length > 0 });
      }
      noteServers();
      keepFirst();
      for (const tool of tools) tell(tool);
      if (followed.db) writeDown(followed.db);
    },
    isSurveyed: (tool) => surveyed.has(tool),
    holdOf,
    isOff: (server, tool) => snapshot.isOff(server, tool),
    async close() {
      isClosed = true;
      await followed.close();
      await writing;
    },
  };
}

function isStorable(name: string): boolean {
  return name !== "" && !/[\0\ud800-\udfff]/u.test(name);
}
