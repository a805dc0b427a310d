import { canonicalJson, type JsonObject } from "#base";
import { type Memory, remember } from "../era/era-adapter.ts";
import { failed } from "../failure.ts";
import type {
  ServerProfile,
  Upstream,
  UpstreamHost,
  UpstreamReply,
  UpstreamRequest,
  UpstreamState,
} from "../types.ts";
import { createUpstream, type UpstreamOptions } from "../upstream.ts";
import { type ListingCache, openListingCache } from "./listing-cache.ts";
import { KEPT, keepListing, recall, relist } from "./recall.ts";

/** The times when a server runs, and the folder for its listings while it does not. */
export interface LazyOptions {
  /** True starts it when it is first needed. */
  readonly lazy: boolean;
  /** How long it may have nothing to do before it is stopped; undefined lets it run. */
  readonly idleMs: number | undefined;
  readonly folder: string;
}

/**
 * A server that runs while it is needed. Stopped, it counts as ready: what it listed last is its listing, and the first
 * request that needs the server itself starts it.
 */
export function createLazyUpstream(options: UpstreamOptions, lazyOptions: LazyOptions): Upstream {
  const { name, host, log } = options;
  const cache: ListingCache = openListingCache(lazyOptions.folder, name, options.server, log);
  const memory: Memory = { level: undefined, watched: new Set() };
  const leaving = new Set<Promise<void>>();
  let state: UpstreamState = remembered(cache.profile());
  let live: Upstream | undefined;
  let relisted: Promise<readonly string[]> | undefined;
  let underWay = 0;
  let idle: NodeJS.Timeout | undefined;

  const become = (next: UpstreamState) => {
    if (state.kind === "closed") return;
    const isChanged = next.kind !== "ready" || state.kind !== "ready" || !isSame(state.profile, next.profile);
    state = next;
    if (isChanged) host.onState(upstream, next);
  };
  const hear = (next: UpstreamState) => {
    // What comes after a crash is another process, which may list other things.
    if (next.kind !== "ready") relisted = undefined;
    // Whoever was told that the server is ready need not hear of it starting.
    if (next.kind === "starting" && state.kind === "ready") return;
    if (next.kind === "ready") {
      const known = cache.profile();
      if (!known || !isSame(known, next.profile)) cache.keepProfile(next.profile);
      rearm();
      become(next);
      return void (live && relistOnce(live).catch(() => {}));
    }
    become(next);
  };
  const start = (): Upstream => {
    if (live) return live;
    const inner: UpstreamHost = {
      client: host.client,
      onRequest: (_live, ...asked) => host.onRequest(upstream, ...asked),
      onNotification(_live, method, params) {
        for (const [listing, { changed }] of KEPT) if (changed === method) cache.forget(listing);
        host.onNotification(upstream, method, params);
      },
      onState: (one, next) => {
        if (one === live) hear(next);
      },
    };
    log.debug("a server is started", { server: name });
    const started = createUpstream({ ...options, host: inner, memory });
    live = started;
    relisted = undefined;
    return started;
  };
  const stop = () => {
    // What it is to tell about, it can only tell while it runs.
    if (live?.state.kind !== "ready" || memory.watched.size > 0) return rearm();
    log.debug("a server with nothing to do is stopped", { server: name });
    const ended = live;
    live = undefined; // first, so that its end is not taken for this upstream's
    const ending = ended.close();
    leaving.add(ending);
    void ending.finally(() => leaving.delete(ending));
  };
  const rearm = () => {
    clearTimeout(idle);
    if (lazyOptions.idleMs === undefined || underWay > 0 || !live) return;
    idle = setTimeout(stop, lazyOptions.idleMs);
    idle.unref();
  };
  const relistOnce = (server: Upstream) => {
    relisted ??= relist(server, cache).then((changed) => {
      for (const notification of new Set(changed.map((method) => KEPT.get(method)!.changed)))
        host.onNotification(upstream, notification, undefined);
      return changed;
    });
    relisted.catch(() => {
      relisted = undefined;
    });
    return relisted;
  };
  // A call was judged by the listing from before it was stopped, and may only go to a server that still lists the same.
  const checkListing = async (server: Upstream, request: UpstreamRequest) => {
    const changed = await relistOnce(server);
    if (request.method !== "tools/call" || !changed.includes("tools/list")) return;
    relisted = Promise.resolve([]);
    const reason =
      "lists other tools than before it was stopped, so the call was not made; list them and call again";
    throw failed(name, { reason }, false);
  };
  const retain = () => {
    underWay++;
    clearTimeout(idle);
    return () => {
      underWay--;
      rearm();
    };
  };
  const askRunning = async (request: UpstreamRequest): Promise<UpstreamReply> => {
    const release = retain();
    try {
      const server = start();
      const wasUp = isUp(server);
      if (!KEPT.has(request.method)) await checkListing(server, request);
      // Where it is not up yet, it looks for itself.
      if (!wasUp && isUp(server)) await request.recheck?.();
      const reply = await server.request(request);
      keepListing(request, reply, cache);
      return reply;
    } finally {
      release();
    }
  };

  const upstream: Upstream = {
    name,
    get state() {
      return state;
    },
    async settled(graceMs) {
      if (state.kind === "starting") await live?.settled(graceMs);
      return state;
    },
    request(request) {
      const isUp = live?.state.kind === "ready" || state.kind === "down";
      const recalled = isUp ? undefined : recall(request, cache);
      if (!recalled) return askRunning(request);
      remember(memory, request);
      request.onSent?.();
      return Promise.resolve(recalled);
    },
    notify: (method, params) => live?.notify(method, params),
    pause: () => live?.pause?.(),
    resume: () => live?.resume?.(),
    retain,
    async close() {
      clearTimeout(idle);
      await live?.close();
      become({ kind: "closed" });
      await Promise.all(leaving);
    },
  };
  if (!lazyOptions.lazy || state.kind === "starting") start();
  return upstream;
}

function remembered(profile: ServerProfile | undefined): UpstreamState {
  return profile ? { kind: "ready", profile } : { kind: "starting" };
}

function isUp({ state }: Upstream): boolean {
  return state.kind === "ready";
}

function isSame(one: ServerProfile, other: ServerProfile): boolean {
  return canonicalJson(one as unknown as JsonObject) === canonicalJson(other as unknown as JsonObject);
}
