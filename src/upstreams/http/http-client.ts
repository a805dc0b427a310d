import http from "node:http";
import https from "node:https";
import { codeOf, messageOf } from "#base";

/** An HTTP request, up to the head of its answer. */
export interface HttpRequest {
  readonly method: "POST" | "GET" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** A request that brought no answer; `sent` is false when the server was never reached. */
export class HttpRequestError extends Error {
  override readonly name = "HttpRequestError";
  readonly sent: boolean;
  constructor(message: string, sent: boolean) {
    super(message);
    this.sent = sent;
  }
}

/** A client that sends HTTP requests to one server. */
export interface HttpClient {
  request(given: HttpRequest): Promise<http.IncomingMessage>;
  close(): void;
}

const REDIRECTS = 3;
// Idle sockets are let go before servers tend to: a request on one that is just being closed would be lost.
const IDLE_MS = 4_000;

/** A client with sockets of its own. It waits for an answer as long as it takes: calls may wait for people. */
export function createHttpClient(): HttpClient {
  const agents = {
    "http:": new http.Agent({ keepAlive: true, timeout: IDLE_MS }),
    "https:": new https.Agent({ keepAlive: true, timeout: IDLE_MS }),
  };
  const once = (given: HttpRequest) =>
    new Promise<http.IncomingMessage>((resolve, reject) => {
      const secure = given.url.protocol === "https:";
      const body = given.body === undefined ? undefined : Buffer.from(given.body);
      const headers = { ...given.headers, ...(body ? { "content-length": String(body.length) } : {}) };
      const { method, signal } = given;
      if (signal.aborted) return reject(new HttpRequestError("was aborted", false));
      let answer: http.IncomingMessage | undefined;
      const options = { method, headers, agent: secure ? agents["https:"] : agents["http:"] };
      const answered = (response: http.IncomingMessage) => {
        answer = response;
        // Whoever reads the body hears of its errors; an answer that nobody reads may not end the process by one.
        response.on("error", () => {});
        resolve(response);
      };
      const request = secure
        ? https.request(given.url, options, answered)
        : http.request(given.url, options, answered);
      request.on("error", (error) => reject(unanswered(error)));
      // Not by the `signal` option: Node then also destroys a socket that has just been handed back, with an error
      // that nobody can catch.
      const abort = () => {
        if (!answer?.complete) request.destroy(new Error("aborted"));
      };
      signal.addEventListener("abort", abort);
      request.on("close", () => signal.removeEventListener("abort", abort));
      request.end(body);
    });
  return {
    async request(given) {
      for (let url = given.url, hops = 0; ; hops++) {
        const response = await once({ ...given, url });
        const target = redirectOf(response, url);
        if (!target) return response;
        response.resume();
        if (hops === REDIRECTS) throw new HttpRequestError("redirects in a circle", false);
        url = followable(url, target, response.statusCode);
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

function unanswered(error: unknown): HttpRequestError {
  // When a name has several addresses, each failed on its own; the first one tells.
  const first = (error as { errors?: unknown[] }).errors?.[0] ?? error;
  const { syscall } = first as { syscall?: unknown };
  const code = codeOf(first);
  if (syscall === "getaddrinfo") return new HttpRequestError("could not be found by its host name", false);
  if (code === "ECONNREFUSED") return new HttpRequestError("refused the connection; is it running?", false);
  if (syscall === "connect") return new HttpRequestError(`could not be reached (${code})`, false);
  return new HttpRequestError(`broke off the connection (${messageOf(error)})`, true);
}

function redirectOf({ statusCode = 0, headers }: http.IncomingMessage, from: URL): URL | undefined {
  if (statusCode < 300 || statusCode > 399 || headers.location === undefined) return undefined;
  return URL.canParse(headers.location, from.href) ? new URL(headers.location, from) : undefined;
}

// The headers hold this server's credentials and the body is a call meant for it: neither goes to another place, or
// from TLS to plain text, on the server's word alone.
function followable(from: URL, to: URL, status = 0): URL {
  const upgrade = to.protocol === "https:" && from.protocol === "http:" && to.hostname === from.hostname;
  const kept = status === 307 || status === 308;
  if (kept && (to.origin === from.origin || upgrade)) return to;
  throw new HttpRequestError(
    `redirects to ${to.origin}${to.pathname}; if that is right, put it into the config`,
    false,
  );
}
