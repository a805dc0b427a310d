import type { Client } from "pg";
import { type Log, messageOf, PreloopError } from "#base";
import { storeFailure } from "./failure.ts";
import type { Reach } from "./reach.ts";

type OnPayload = (payload: string | undefined) => void;

/** One connection of its own that hears NOTIFY for a whole process, and comes back when it is lost. */
export interface Listener {
  listen(channel: string, onPayload: OnPayload): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 5_000;

export function createListener(reach: Reach, log: Log): Listener {
  const hearers = new Map<string, Set<OnPayload>>();
  let live: Promise<Client> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isClosed = false;
  let tail: Promise<void> = Promise.resolve();

  async function open(): Promise<Client> {
    const client = new reach.Client(reach.config);
    client.on("error", () => {});
    client.on("notification", ({ channel, payload }) => tell(channel, payload ?? ""));
    let isOpen = false;
    client.once("end", () => {
      if (!isOpen) return;
      live = undefined;
      later(FIRST_RETRY_MS);
    });
    await client.connect();
    isOpen = true;
    return client;
  }

  function connected(): Promise<Client> {
    live ??= open().catch((error) => {
      live = undefined;
      throw error;
    });
    return live;
  }

  // One statement at a time: pg's own queue is on its way out.
  function say(verb: "LISTEN" | "UNLISTEN", channel: string): Promise<void> {
    const said = tail.then(async () => {
      const client = await connected();
      await client.query(`${verb} ${client.escapeIdentifier(channel)}`);
    });
    tail = said.catch(() => {});
    return said;
  }

  function later(delayMs: number): void {
    if (isClosed || hearers.size === 0) return;
    clearTimeout(retry);
    retry = setTimeout(() => {
      again().catch((error) => {
        log.debug("the store cannot be listened to yet", { error: messageOf(error) });
        later(Math.min(delayMs * 2, LAST_RETRY_MS));
      });
    }, delayMs);
  }

  async function again(): Promise<void> {
    for (const channel of hearers.keys()) await say("LISTEN", channel);
    for (const channel of hearers.keys()) tell(channel, undefined);
  }

  function tell(channel: string, payload: string | undefined): void {
    for (const hearer of hearers.get(channel) ?? []) {
      try {
        hearer(payload);
      } catch (error) {
        log.error("a listener failed", { channel, error: messageOf(error) });
      }
    }
  }

  return {
    async listen(channel, onPayload) {
      if (isClosed) throw new PreloopError("store_unavailable", "the store is closed");
      const group = hearers.get(channel) ?? new Set();
      hearers.set(channel, group.add(onPayload));
      try {
        await say("LISTEN", channel);
      } catch (error) {
        forget(channel, onPayload);
        throw storeFailure(error, reach.shown);
      }
      onPayload(undefined);
      return async () => {
        if (!forget(channel, onPayload)) return;
        if (live) await say("UNLISTEN", channel).catch(() => {});
      };
    },
    async close() {
      isClosed = true;
      clearTimeout(retry);
      hearers.clear();
      const client = await live?.catch(() => undefined);
      await client?.end().catch(() => {});
    },
  };

  /** True when nobody hears the channel any more. */
  function forget(channel: string, onPayload: OnPayload): boolean {
    const group = hearers.get(channel);
    group?.delete(onPayload);
    return group?.size === 0 && hearers.delete(channel);
  }
}
