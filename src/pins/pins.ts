import { type Log, silentLog } from "#base";
import { createLiveSnapshot, type Db, PIN_CHANNEL, type PinKind, readPins } from "#store";
import { launchOf, type ServerLaunch } from "./definition.ts";
import { keepFirstUses } from "./first-uses.ts";
import { createKnownPins } from "./known-pins.ts";
import { openPinCache } from "./pin-cache.ts";
import { createSurveys } from "./surveys.ts";
import type { Hold, Pinnable, Pins } from "./types.ts";
import { createPinWriting } from "./writing.ts";

/** Options of {@link createPins}. */
export interface PinOptions {
  /** How to reach the store: asked again until it is there. */
  readonly db: () => Promise<Db>;
  /** The servers of the config, as they are started or reached. */
  readonly servers: Readonly<Record<string, ServerLaunch>>;
  /** The name that builtin tools stand under: they come with the program, and change with it. */
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

/** Keeps pins, and judges by them what servers tell of. */
export function createPins(options: PinOptions): Pins {
  const { servers, builtinServer, log = silentLog, onHeld = () => {}, onChange = () => {} } = options;
  const launches = new Map(Object.entries(servers).map(([name, server]) => [name, launchOf(server)]));
  const kept = openPinCache(options.keptIn, log);
  const firstUses = keepFirstUses(options.keptIn, log);
  const lastTime = kept.read();
  const stored = lastTime ?? { pins: [], off: [] };
  const known = createKnownPins({ lastTime: stored, firstUses, launches, builtinServer });
  const surveys = createSurveys({ known, launches, builtinServer, onHeld, onChange });
  const later = () => liveSnapshot.refreshLater();
  const writing = createPinWriting({ firstUses, isInStore: known.isInStore, later, log });
  const liveSnapshot = createLiveSnapshot({
    reach: options.db,
    channel: PIN_CHANNEL,
    what: "Pins",
    read: takeStored,
    log,
  });
  let isRead = false;

  async function takeStored(db: Db): Promise<void> {
    const tellOfChanges = surveys.beginRead();
    const forget = firstUses.beginRead();
    const found = await readPins(db);
    forget();
    known.take(found);
    isRead = true;
    kept.write(found);
    known.noteServers();
    known.keepNoted();
    tellOfChanges();
    writing.start(db);
  }

  return {
    get ready() {
      return liveSnapshot.ready;
    },
    get isBlind() {
      return options.isShared === true && !isRead && lastTime === undefined;
    },
    survey(list, kind = "tool") {
      if (surveys.survey(list, kind) && liveSnapshot.db) writing.start(liveSnapshot.db);
    },
    isSurveyed: surveys.isSurveyed,
    holdOf: surveys.judge.holdOf,
    holdOfServer: surveys.judge.holdOfServer,
    isOff: surveys.judge.isOff,
    async close() {
      const closing = writing.close();
      await liveSnapshot.close();
      await closing;
    },
  };
}
