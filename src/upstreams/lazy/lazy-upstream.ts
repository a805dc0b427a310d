import { type Memory, remember } from "../era/era-adapter.ts";
import type { Upstream, UpstreamHost, UpstreamReply, UpstreamRequest, UpstreamState } from "../types.ts";
import { createUpstream } from "../upstream.ts";
import type { UpstreamOptions } from "../upstream-options.ts";
import { type ListingCache, openListingCache } from "./listing-cache.ts";
import { KEPT, keepListing, recall } from "./recall.ts";
import { createRelisting, type Relisting } from "./relisting.ts";
import { createRememberedState, type RememberedState } from "./remembered-state.ts";
import { createRunner, type Runner } from "./runner.ts";

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
  const cache = openListingCache(lazyOptions.folder, name, options.server, log);
  const memory: Memory = { level: undefined, watched: new Set() };
  const remembered = createRememberedState(cache, (state) => host.onState(upstream, state));
  const onChanged = (notification: string) => host.onNotification(upstream, notification, undefined);
  const relisting = createRelisting({ name, cache, onChanged });
  const create = () => createLive({ options, parts, memory, upstream });
  // What a server is to tell about, it can only tell while it runs.
  const isNeeded = () => memory.watched.size > 0;
  const runner = createRunner({ name, log, idleMs: lazyOptions.idleMs, create, isNeeded });
  const parts: Parts = { cache, remembered, relisting, runner };
  const upstream: Upstream = {
    name,
    get state() {
      return remembered.state;
    },
    async settled(graceMs) {
      if (remembered.state.kind === "starting") await runner.live?.settled(graceMs);
      return remembered.state;
    },
    request(request) {
      const isUp = runner.live?.state.kind === "ready" || remembered.state.kind === "down";
      const recalled = isUp ? undefined : recall(request, cache);
      if (!recalled) return askRunning(request, parts);
      remember(memory, request);
      request.onSent?.();
      return Promise.resolve(recalled);
    },
    notify: (method, params) => runner.live?.notify(method, params),
    pause: () => runner.live?.pause?.(),
    resume: () => runner.live?.resume?.(),
    retain: runner.retain,
    async close() {
      await runner.close();
      remembered.become({ kind: "closed" });
      await runner.left();
    },
  };
  if (!lazyOptions.lazy || remembered.state.kind === "starting") runner.start();
  return upstream;
}

interface Parts {
  readonly cache: ListingCache;
  readonly remembered: RememberedState;
  readonly relisting: Relisting;
  readonly runner: Runner;
}

interface Making {
  readonly options: UpstreamOptions;
  readonly parts: Parts;
  readonly memory: Memory;
  /** The lazy one, in whose name the running one speaks. */
  readonly upstream: Upstream;
}

/** The server itself, from its start to its end. */
function createLive({ options, parts, memory, upstream }: Making): Upstream {
  const { host } = options;
  const inner: UpstreamHost = {
    client: host.client,
    onRequest: (_live, ...asked) => host.onRequest(upstream, ...asked),
    onNotification(_live, method, params) {
      for (const [listing, { changed }] of KEPT) if (changed === method) parts.cache.forget(listing);
      host.onNotification(upstream, method, params);
    },
    onState: (one, next) => {
      if (one === parts.runner.live) onLiveState(next, parts);
    },
  };
  parts.relisting.reset();
  return createUpstream({ ...options, host: inner, memory });
}

function onLiveState(next: UpstreamState, { remembered, relisting, runner }: Parts): void {
  // What comes after a crash is another process, which may list other things.
  if (next.kind !== "ready") relisting.reset();
  // Whoever was told that the server is ready need not hear of it starting.
  if (next.kind === "starting" && remembered.state.kind === "ready") return;
  if (next.kind === "ready") {
    remembered.keep(next.profile);
    runner.rearm();
  }
  remembered.become(next);
  if (next.kind === "ready" && runner.live) relisting.once(runner.live).catch(() => {});
}

async function askRunning(
  request: UpstreamRequest,
  { cache, relisting, runner }: Parts,
): Promise<UpstreamReply> {
  const release = runner.retain();
  try {
    const server = runner.start();
    const wasUp = isUp(server);
    if (!KEPT.has(request.method)) await relisting.check(server, request);
    // Where it is not up yet, it looks for itself.
    if (!wasUp && isUp(server)) await request.recheck?.();
    const reply = await server.request(request);
    keepListing(request, reply, cache);
    return reply;
  } finally {
    release();
  }
}

function isUp({ state }: Upstream): boolean {
  return state.kind === "ready";
}
