import { failed } from "../failure.ts";
import type { Upstream, UpstreamRequest } from "../types.ts";
import type { ListingCache } from "./listing-cache.ts";
import { KEPT, relist } from "./recall.ts";

/** The comparison of what a server lists with what it listed before it was stopped, once for each time it is started. */
export interface Relisting {
  /** Resolves with the methods that list other things now. */
  once(server: Upstream): Promise<readonly string[]>;
  /** Another process may list other things. */
  reset(): void;
  /**
   * A call was judged by the listing from before the server was stopped, and may only go to one that still lists the
   * same. @throws upstream_failed
   */
  check(server: Upstream, request: UpstreamRequest): Promise<void>;
}

/** The means of comparing listings. */
export interface RelistingOptions {
  readonly name: string;
  readonly cache: ListingCache;
  /** Hears of each listing that is another, by the notification of its change. */
  readonly onChanged: (notification: string) => void;
}

/** Nothing compared yet. */
export function createRelisting({ name, cache, onChanged }: RelistingOptions): Relisting {
  let relisted: Promise<readonly string[]> | undefined;

  function once(server: Upstream): Promise<readonly string[]> {
    relisted ??= relist(server, cache).then((changed) => {
      for (const notification of new Set(changed.map((method) => KEPT.get(method)!.changed)))
        onChanged(notification);
      return changed;
    });
    relisted.catch(() => {
      relisted = undefined;
    });
    return relisted;
  }

  return {
    once,
    reset() {
      relisted = undefined;
    },
    async check(server, request) {
      const changed = await once(server);
      if (request.method !== "tools/call" || !changed.includes("tools/list")) return;
      relisted = Promise.resolve([]);
      const reason =
        "lists other tools than before it was stopped, so the call was not made; list them and call again";
      throw failed(name, { reason }, false);
    },
  };
}
