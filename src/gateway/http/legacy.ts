import type { IncomingMessage, ServerResponse } from "node:http";
import { PreloopError, secretToken } from "#base";
import { type Frame, isLegacyRevision } from "#protocol";
import { readInitialize } from "../session/era.ts";
import type { Session } from "../session/session.ts";
import { addressOf, ownerName } from "./address.ts";
import { createAnswer } from "./answer.ts";
import { startEvents } from "./events.ts";
import { createMessageRouter, type MessageRouter } from "./message-router.ts";
import { formatOf, headerOf } from "./request.ts";
import type { PooledSession, SessionLease, SessionPool } from "./session-pool.ts";
import type { OpenSession, Posted } from "./types.ts";

/** StreamableHTTP of 2025-11-25 and older: an `initialize` opens a session, and each request names it. */
export interface LegacyEndpoint {
  post(posted: Posted): Promise<void>;
  get(request: IncomingMessage, response: ServerResponse): Promise<void>;
  delete(request: IncomingMessage, response: ServerResponse): void;
}

/** A session, and where its frames go. */
export interface LegacySession extends PooledSession {
  readonly session: Session;
  readonly router: MessageRouter;
}

export function createLegacyEndpoint(
  pool: SessionPool<LegacySession>,
  openSession: OpenSession,
): LegacyEndpoint {
  async function openPooled(address: string): Promise<LegacySession> {
    const router = createMessageRouter();
    const session = await openSession(router.deliver, { address });
    const close = () => session.close().finally(router.close);
    return { session, router, isBusy: session.isBusy, close };
  }

  return {
    async post(posted) {
      const opening = posted.frames.find(isInitialize);
      const known = headerOf(posted.request, "mcp-session-id");
      if (!opening) return serve(posted, await leaseFrom(pool, posted.request));
      if (posted.frames.length > 1) throw new PreloopError("request_invalid", "initialize comes alone");
      if (known !== undefined)
        throw new PreloopError("request_invalid", "This session has been initialized already");
      const key = secretToken();
      const address = addressOf(posted.request);
      const name = ownerName(readInitialize(opening.params).clientInfo);
      const lease = await pool.acquireOrOpen(key, { address, name }, () => openPooled(address));
      posted.response.setHeader("Mcp-Session-Id", key);
      serve(posted, lease);
    },
    async get(request, response) {
      if (formatOf(request) === "json")
        throw new PreloopError("format_unsuitable", "Accept must name text/event-stream");
      const { pooled, release } = await leaseFrom(pool, request);
      const events = startEvents(response);
      response.once("close", () => {
        pooled.router.shut(events);
        release();
      });
      pooled.router.open(events);
    },
    delete(request, response) {
      checkVersion(request);
      if (!pool.end(keyOf(request))) throw unknownSession();
      response.writeHead(204).end();
    },
  };
}

async function leaseFrom(
  pool: SessionPool<LegacySession>,
  request: IncomingMessage,
): Promise<SessionLease<LegacySession>> {
  const lease = pool.acquire(keyOf(request));
  if (!lease) throw unknownSession();
  const entered = await lease;
  try {
    checkVersion(request);
    return entered;
  } catch (error) {
    entered.release();
    throw error;
  }
}

function unknownSession(): PreloopError {
  return new PreloopError("session_unknown", "There is no such session; initialize a new one");
}

function keyOf(request: IncomingMessage): string {
  const key = headerOf(request, "mcp-session-id");
  if (key === undefined)
    throw new PreloopError("request_invalid", "The header Mcp-Session-Id is missing; initialize first");
  return key;
}

// Without the header a client speaks 2025-03-26, which did not have it.
function checkVersion(request: IncomingMessage): void {
  const version = headerOf(request, "mcp-protocol-version");
  if (version === undefined || isLegacyRevision(version)) return;
  throw new PreloopError("request_invalid", `Unsupported protocol version: ${version.slice(0, 100)}`);
}

function serve({ request, response, text, frames }: Posted, lease: SessionLease<LegacySession>): void {
  const { pooled, release } = lease;
  const { session, router } = pooled;
  try {
    const requests = frames.filter((frame): frame is RequestFrame => frame.kind === "request");
    const ids = requests.map(({ id }) => id);
    if (new Set(ids).size < ids.length || ids.some(router.waits))
      throw new PreloopError("request_invalid", "An id is already in use by a request in flight");
    if (ids.length === 0) {
      session.receive(text);
      response.writeHead(202).end();
      release();
      return;
    }
    const answer = createAnswer({
      response,
      ids,
      isBatch: text.trimStart().startsWith("["),
      format: formatOf(request),
      onOver() {
        // Hanging up is no cancellation here (2025-11-25, basic/transports): the calls go on.
        router.forget(ids);
        release();
      },
    });
    // Whoever waits for a task's result waits for its call.
    const isCall = requests.some(({ method }) => method === "tools/call" || method === "tasks/result");
    router.expect(ids, answer, isCall);
    session.receive(text);
  } catch (error) {
    release();
    throw error;
  }
}

type RequestFrame = Extract<Frame, { kind: "request" }>;

function isInitialize(frame: Frame): frame is RequestFrame {
  return frame.kind === "request" && frame.method === "initialize";
}
