import type { Log } from "#base";
import { dialectFor, isReply, type Memory } from "./dialect.ts";
import type { Link } from "./link.ts";
import type { Switches } from "./offered.ts";
import { type Subscription, subscribe } from "./subscription.ts";
import type { ClientFace, Hello, UpstreamReply, UpstreamRequest } from "./types.ts";

/** A server that has been opened, spoken to in its own era. */
export interface Conversation {
  readonly link: Link;
  readonly hello: Hello;
  ask(request: UpstreamRequest): Promise<UpstreamReply>;
  notify(method: string, params: string | undefined): void;
}

/** What a conversation is between, and what was said in the ones before it. */
export interface ConversationOptions {
  readonly name: string;
  readonly link: Link;
  readonly hello: Hello;
  readonly client: ClientFace;
  readonly memory: Memory;
  /** What the server may ask of the client. */
  readonly switches: Switches;
  readonly log: Log;
  readonly retryMs: number;
}

/** Goes on from a handshake: brings the server to where its predecessor was, and subscribes to its changes. */
export function converse(options: ConversationOptions): Conversation {
  const { link, hello, memory, switches } = options;
  let subscription: Subscription | undefined;
  const send = (request: UpstreamRequest) => void link.request(request).catch(() => {});
  const watch = () => subscription?.watch(memory.watched);
  const dialect = dialectFor(hello, options.client, { memory, switches, send, watch });
  for (const request of dialect.replay()) send(request);
  if (hello.era === "modern") {
    const enveloped = (request: UpstreamRequest) => dialect.translate(request) as UpstreamRequest;
    subscription = subscribe({ ...options, enveloped, watched: memory.watched });
  }
  return {
    link,
    hello,
    ask(request) {
      const translated = dialect.translate(request);
      if (!isReply(translated)) return link.request(translated);
      request.onSent?.();
      return Promise.resolve(translated);
    },
    notify(method, params) {
      if (dialect.knows(method)) link.notify(method, params);
    },
  };
}
