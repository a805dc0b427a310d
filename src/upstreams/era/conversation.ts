import type { Log } from "#base";
import type { UpstreamConnection } from "../connection/connection.ts";
import type { ClientProfile, ServerProfile, UpstreamReply, UpstreamRequest } from "../types.ts";
import { eraAdapterFor, isReply, type Memory } from "./era-adapter.ts";
import type { Switches } from "./offered.ts";
import { type Subscription, subscribe } from "./subscription.ts";

/** A server that has been opened, spoken to in its own era. */
export interface Conversation {
  readonly connection: UpstreamConnection;
  readonly profile: ServerProfile;
  ask(request: UpstreamRequest): Promise<UpstreamReply>;
  notify(method: string, params: string | undefined): void;
}

/** The two ends of a conversation, and the memory of those before it. */
export interface ConversationOptions {
  readonly name: string;
  readonly connection: UpstreamConnection;
  readonly profile: ServerProfile;
  readonly client: ClientProfile;
  readonly memory: Memory;
  /** What the server may ask of the client. */
  readonly switches: Switches;
  readonly log: Log;
  readonly retryMs: number;
}

/** Goes on from a handshake: brings the server to where its predecessor was, and subscribes to its changes. */
export function converse(options: ConversationOptions): Conversation {
  const { connection, profile, memory, switches } = options;
  let subscription: Subscription | undefined;
  const send = (request: UpstreamRequest) => void connection.request(request).catch(() => {});
  const watch = () => subscription?.watch(memory.watched);
  const adapter = eraAdapterFor(profile, options.client, { memory, switches, send, watch });
  for (const request of adapter.replay()) send(request);
  if (profile.era === "modern") {
    const enveloped = (request: UpstreamRequest) => adapter.translate(request) as UpstreamRequest;
    subscription = subscribe({ ...options, enveloped, watched: memory.watched });
  }
  return {
    connection,
    profile,
    ask(request) {
      const translated = adapter.translate(request);
      if (!isReply(translated)) return connection.request(translated);
      request.onSent?.();
      return Promise.resolve(translated);
    },
    notify(method, params) {
      if (adapter.knows(method)) connection.notify(method, params);
    },
  };
}
