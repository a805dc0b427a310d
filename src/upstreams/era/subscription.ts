import { setTimeout as sleep } from "node:timers/promises";
import { isJsonObject, type JsonObject, type Log, messageOf } from "#base";
import { META_KEYS } from "#protocol";
import type { UpstreamConnection } from "../connection/connection.ts";
import type { ServerProfile, UpstreamRequest } from "../types.ts";
import { withMeta } from "./meta.ts";

/** Keeps a `subscriptions/listen` request open at a modern server, which tells of changes on nothing else. */
export interface Subscription {
  /** Listens anew, to these resources besides the lists. */
  watch(uris: ReadonlySet<string>): void;
}

/** The means of a subscription. */
export interface SubscriptionOptions {
  readonly name: string;
  readonly connection: UpstreamConnection;
  readonly profile: ServerProfile;
  readonly log: Log;
  /** Puts the client's envelope on a request of ours. */
  readonly enveloped: (request: UpstreamRequest) => UpstreamRequest;
  readonly retryMs: number;
  /** Resources to listen to from the start. */
  readonly watched: ReadonlySet<string>;
}

const LONGEST_PAUSE_MS = 60_000;

/** Subscribes to all lists the server says it tells about, until the connection ends. */
export function subscribe(options: SubscriptionOptions): Subscription {
  const { name, connection, log, retryMs } = options;
  const lists = listsOf(options.profile);
  let current = new AbortController();

  const listen = async (filter: JsonObject, signal: AbortSignal) => {
    for (let pause = retryMs; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const params = JSON.stringify({ notifications: filter });
      try {
        const reply = await connection.request(
          options.enveloped({ method: "subscriptions/listen", params, signal }),
        );
        if (reply.kind === "error") return log.info("the server tells of no changes", { server: name });
      } catch (error) {
        if (signal.aborted || (await isOver(connection))) return;
        log.debug("a subscription broke off", { server: name, reason: messageOf(error) });
      }
      await sleep(pause, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
    }
  };
  const watch = (uris: ReadonlySet<string>) => {
    const before = current;
    current = new AbortController();
    const filter = { ...lists, ...(uris.size > 0 ? { resourceSubscriptions: [...uris] } : {}) };
    if (Object.keys(filter).length > 0) void listen(filter, current.signal);
    before.abort(); // the new one first, so that nothing falls between the two
  };
  watch(options.watched);
  return { watch };
}

/** The params of a notification from a subscription, as a legacy server would have sent them. */
export function untagged(params: string | undefined): string | undefined {
  return withMeta(params, [[META_KEYS.subscriptionId, undefined]]);
}

function listsOf({ capabilities }: ServerProfile): JsonObject {
  const kinds = ["tools", "prompts", "resources"] as const;
  const telling = kinds.filter((kind) => {
    const capability = capabilities[kind];
    return isJsonObject(capability) && capability.listChanged === true;
  });
  return Object.fromEntries(telling.map((kind) => [`${kind}ListChanged`, true]));
}

async function isOver(connection: UpstreamConnection): Promise<boolean> {
  return Promise.race([connection.ended.then(() => true), Promise.resolve().then(() => false)]);
}
