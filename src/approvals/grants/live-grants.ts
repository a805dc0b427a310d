import { hostname } from "node:os";
import { type Clock, type Log, messageOf, silentLog, systemClock } from "#base";
import { type Grant, type SessionRef, titleOf } from "#model";
import { addGrantUses, createLiveSnapshot, type Db, GRANT_CHANNEL, readLiveGrants } from "#store";
import type { LiveGrants } from "../types.ts";
import { compileGrant, type GrantMatch } from "./grant-match.ts";

/** Options of {@link createLiveGrants}. */
export interface LiveGrantsOptions {
  /** The store, or how to reach it: asked again until it is there. */
  readonly db: Db | (() => Promise<Db>);
  /** Over HTTP, where the session's requests come from, and whether a claim is all that tells them from others. */
  readonly from?: Pick<SessionRef, "address" | "isClaimed">;
  readonly host?: string;
  readonly log?: Log;
  readonly clock?: Clock;
}

interface Snapshot {
  /** By server and tool, with the moment of this process's clock at which each ends. */
  readonly grants: ReadonlyMap<string, readonly CompiledGrant[]>;
  readonly frozen: ReadonlySet<string>;
  /** Whether a person has frozen the clients of this session's address. */
  readonly isAddressFrozen: boolean;
}

interface CompiledGrant {
  readonly grant: Grant;
  readonly covers: GrantMatch;
  readonly endsAtTicks: number;
}

const COUNT_MS = 1_000;

/** What holds without asking: grants and freezes, kept current by notification; the last snapshot when the store is away. */
export function createLiveGrants(options: LiveGrantsOptions): LiveGrants {
  const { log = silentLog, clock = systemClock, from = {}, host = hostname() } = options;
  const reach = typeof options.db === "function" ? options.db : async () => options.db as Db;
  let snapshot: Snapshot = { grants: new Map(), frozen: new Set(), isAddressFrozen: false };
  let beganFrozen: boolean | undefined;
  const liveSnapshot = createLiveSnapshot({
    reach,
    channel: GRANT_CHANNEL,
    what: "Grants and freezes",
    async read(db) {
      const ticks = clock.ticksMs();
      const rows = await readLiveGrants(db);
      const isHere = (frozen: { readonly address: string; readonly host: string }) =>
        frozen.address === from.address && frozen.host === host;
      snapshot = { ...compileSnapshot(rows, ticks), isAddressFrozen: rows.frozenAddresses.some(isHere) };
      beganFrozen ??= snapshot.isAddressFrozen;
    },
    log,
  });
  const uses = createUseCounter(() => liveSnapshot.db, log);
  return {
    get ready() {
      return liveSnapshot.ready;
    },
    grantFor(call, { action, risk, needsPerson, also }, workflow) {
      if (action !== "ask" || risk === "high" || needsPerson || also) return undefined;
      const now = clock.ticksMs();
      const candidates = snapshot.grants.get(keyOf(call.server, titleOf(call))) ?? [];
      return candidates.find(({ covers, endsAtTicks }) => now < endsAtTicks && covers(call, workflow))?.grant;
    },
    // Whoever was frozen under one name may come back under another, or in a new session.
    isFrozen: (sessionId) =>
      snapshot.frozen.has(sessionId) ||
      (snapshot.isAddressFrozen && (from.isClaimed === true || beganFrozen === true)),
    countUse: (grant) => uses.add(grant.id),
    async close() {
      await liveSnapshot.close();
      await uses.flush();
    },
  };
}

function keyOf(server: string, tool: string): string {
  return JSON.stringify([server, tool]);
}

// The store's clock says when a grant ends; counted in ticks from the answer, this machine's clock does not matter.
function compileSnapshot(
  rows: Awaited<ReturnType<typeof readLiveGrants>>,
  ticks: number,
): Omit<Snapshot, "isAddressFrozen"> {
  const grants = new Map<string, CompiledGrant[]>();
  for (const grant of rows.grants) {
    const key = keyOf(grant.server, grant.tool);
    const endsAtTicks = grant.until
      ? ticks + grant.until.getTime() - rows.now.getTime()
      : Number.POSITIVE_INFINITY;
    grants.set(key, [...(grants.get(key) ?? []), { grant, covers: compileGrant(grant), endsAtTicks }]);
  }
  return { grants, frozen: new Set(rows.frozen) };
}

/** Adds up uses and writes them together, so that no call waits for its count. */
function createUseCounter(db: () => Db | undefined, log: Log) {
  let counts = new Map<string, number>();
  let timer: NodeJS.Timeout | undefined;

  async function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const written = counts;
    counts = new Map();
    const store = db();
    if (!store) return;
    for (const [id, uses] of written)
      await addGrantUses(store, id, uses).catch((error) =>
        log.debug("a grant's uses were not counted", { id, error: messageOf(error) }),
      );
  }

  return {
    flush,
    add(id: string): void {
      counts.set(id, (counts.get(id) ?? 0) + 1);
      timer ??= setTimeout(() => void flush(), COUNT_MS).unref();
    },
  };
}
