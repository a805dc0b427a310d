import type { IncomingMessage } from "node:http";
import { messageOf } from "#base";
import { NEWEST_MODERN } from "#protocol";
import type { Outgoing } from "../connection/transport.ts";
import type { Credentials, Era } from "../types.ts";
import { createMirrors, type Mirrors, modernHeaders } from "./headers.ts";
import { createHttpClient, type HttpClient, type HttpRequest, HttpRequestError } from "./http-client.ts";

/** A conversation with one address: what is known of it, and the requests made in its name. */
export interface Wire {
  readonly name: string;
  /** True when `preloop login` can get a token for it: the config gives none. */
  readonly mayLogIn: boolean;
  /** Where messages are posted. */
  endpoint: URL;
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

/** An address and what goes with every request to it. */
export interface WireOptions {
  readonly name: string;
  readonly url: URL;
  /** The headers of the config. */
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials?: Credentials | undefined;
}

/** A wire to one address. */
export function createWire({ name, url, headers: own, credentials }: WireOptions): Wire {
  const httpClient: HttpClient = createHttpClient();
  const fixed = Object.fromEntries(Object.entries(own).map(([name, value]) => [name.toLowerCase(), value]));
  const mayLogIn = credentials !== undefined && fixed.authorization === undefined;
  const send = (request: HttpRequest) =>
    mayLogIn ? sendAuthorized(httpClient, request, credentials) : httpClient.request(request);
  const headers = (accept: string): Record<string, string> => ({
    ...fixed,
    accept,
    ...(wire.version === undefined ? {} : { "mcp-protocol-version": wire.version }),
    ...(wire.session === undefined ? {} : { "mcp-session-id": wire.session }),
  });
  const wire: Wire = {
    name,
    mayLogIn,
    endpoint: url,
    era: undefined,
    version: undefined,
    session: undefined,
    mirrors: createMirrors(),
    async post(frame, about, signal) {
      const all = { ...headers("application/json, text/event-stream"), "content-type": "application/json" };
      const modern = wire.era === "modern" || about.method === "server/discover";
      if (modern)
        Object.assign(all, { "mcp-protocol-version": NEWEST_MODERN }, modernHeaders(about, wire.mirrors));
      const response = await send({ method: "POST", url: wire.endpoint, headers: all, body: frame, signal });
      const session = response.headers["mcp-session-id"];
      if (about.method === "initialize" && typeof session === "string") wire.session = session;
      return response;
    },
    get(lastEventId, signal) {
      const all = headers("text/event-stream");
      if (lastEventId !== undefined) all["last-event-id"] = lastEventId;
      return send({ method: "GET", url, headers: all, signal });
    },
    async leave(signal) {
      if (wire.session === undefined) return;
      const response = await send({ method: "DELETE", url, headers: headers("*/*"), signal });
      response.resume();
    },
    close: () => httpClient.close(),
  };
  return wire;
}

// A token that was found may be one that nobody has used for long, and be refused as well.
const RENEWALS = 2;

// A request that was answered with 401 did nothing, so it may be made again, with another token.
async function sendAuthorized(
  httpClient: HttpClient,
  request: HttpRequest,
  credentials: Credentials,
): Promise<IncomingMessage> {
  let token = credentials.current();
  for (let renewals = 0; ; renewals++) {
    const response = await httpClient.request(withToken(request, token));
    if (response.statusCode !== 401 || renewals === RENEWALS) return response;
    const renewed = await credentials.renew(token).catch((error: unknown) => {
      response.resume();
      throw new HttpRequestError(`asks for a login that is not at hand: ${messageOf(error)}`, false);
    });
    if (renewed === undefined) return response;
    response.resume();
    token = renewed;
  }
}

function withToken(request: HttpRequest, token: string | undefined): HttpRequest {
  return token === undefined
    ? request
    : { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** True when the answer is an event stream. */
export function isEventStream(response: IncomingMessage): boolean {
  return /^\s*text\/event-stream\b/i.test(response.headers["content-type"] ?? "");
}
