import type { IncomingMessage } from "node:http";
import { MODERN_VERSION } from "../envelope.ts";
import type { Outgoing } from "../transport.ts";
import type { Era } from "../types.ts";
import { type Asker, createAsker } from "./ask.ts";
import { createMirrors, type Mirrors, modernHeaders } from "./headers.ts";

/** What is known of the conversation with one address, and the requests made in its name. */
export interface Wire {
  era: Era | undefined;
  version: string | undefined;
  session: string | undefined;
  readonly mirrors: Mirrors;
  post(frame: string, about: Outgoing, signal: AbortSignal): Promise<IncomingMessage>;
  get(lastEventId: string | undefined, signal: AbortSignal): Promise<IncomingMessage>;
  /** Tells the server that the session is over. */
  leave(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** A wire to `url`; `own` are the headers of the config. */
export function createWire(url: URL, own: Readonly<Record<string, string>>): Wire {
  const asker: Asker = createAsker();
  const fixed = Object.fromEntries(Object.entries(own).map(([name, value]) => [name.toLowerCase(), value]));
  const headers = (accept: string): Record<string, string> => ({
    ...fixed,
    accept,
    ...(wire.version === undefined ? {} : { "mcp-protocol-version": wire.version }),
    ...(wire.session === undefined ? {} : { "mcp-session-id": wire.session }),
  });
  const wire: Wire = {
    era: undefined,
    version: undefined,
    session: undefined,
    mirrors: createMirrors(),
    async post(frame, about, signal) {
      const all = { ...headers("application/json, text/event-stream"), "content-type": "application/json" };
      const modern = wire.era === "modern" || about.method === "server/discover";
      if (modern)
        Object.assign(all, { "mcp-protocol-version": MODERN_VERSION }, modernHeaders(about, wire.mirrors));
      const response = await asker.ask({ method: "POST", url, headers: all, body: frame, signal });
      const session = response.headers["mcp-session-id"];
      if (about.method === "initialize" && typeof session === "string") wire.session = session;
      return response;
    },
    get(lastEventId, signal) {
      const all = headers("text/event-stream");
      if (lastEventId !== undefined) all["last-event-id"] = lastEventId;
      return asker.ask({ method: "GET", url, headers: all, signal });
    },
    async leave(signal) {
      if (wire.session === undefined) return;
      const response = await asker.ask({ method: "DELETE", url, headers: headers("*/*"), signal });
      response.resume();
    },
    close: () => asker.close(),
  };
  return wire;
}

/** True when the answer is an event stream. */
export function isEventStream(response: IncomingMessage): boolean {
  return /^\s*text\/event-stream\b/i.test(response.headers["content-type"] ?? "");
}
