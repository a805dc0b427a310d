import type { IncomingMessage, ServerResponse } from "node:http";
import { type Log, PreloopError } from "#base";
import { RPC_CODES, readFrame } from "#protocol";
import { createLoad, PROCESS_LOAD } from "../session/load.ts";
import { createLegacyEndpoint, type LegacySession } from "./legacy.ts";
import { createModernEndpoint, type ModernSession } from "./modern.ts";
import { isModern } from "./modern-headers.ts";
import { refuse } from "./refuse.ts";
import { type BodyReading, readBody } from "./request.ts";
import { createSessionPool } from "./session-pool.ts";
import type { OpenSession, Posted } from "./types.ts";

/** The MCP endpoint over HTTP, for clients of both eras. */
export interface McpEndpoint {
  /** Never rejects: whatever goes wrong is answered. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  close(): Promise<void>;
}

/** The sessions of an endpoint, and their bounds. */
export interface EndpointOptions {
  readonly openSession: OpenSession;
  readonly log: Log;
  readonly maxBodyBytes?: number;
  /** How long a session without an open request is kept. */
  readonly idleMs?: number;
  readonly maxSessions?: number;
}

const IDLE_MS = 30 * 60_000;
const MAX_SESSIONS = 64;

/** Routes each request to the endpoint of its era. */
export function createMcpEndpoint(options: EndpointOptions): McpEndpoint {
  const { openSession, log, idleMs = IDLE_MS, maxSessions: max = MAX_SESSIONS } = options;
  const load = createLoad("preloop", PROCESS_LOAD);
  const onClosed = (error: unknown) => log.warn(`a session did not end cleanly: ${String(error)}`);
  const legacyPool = createSessionPool<LegacySession>({ idleMs, max, onClosed });
  const modernPool = createSessionPool<ModernSession>({ idleMs, max, onClosed });
  const legacy = createLegacyEndpoint(legacyPool, openSession);
  const modern = createModernEndpoint(modernPool, openSession);

  let isClosed = false;

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isClosed) throw new PreloopError("sessions_full", "preloop is leaving");
    if (request.method === "POST") {
      const reservation = load.enter(0);
      response.once("close", reservation.leave);
      const posted = await readPosted(request, response, {
        maxBytes: options.maxBodyBytes,
        onBytes: reservation.grow,
      });
      if (posted) await (isModern(posted) ? modern.post(posted) : legacy.post(posted));
    } else if (isModern({ request, frames: [] })) throw unsuitable(request, response, "POST");
    else if (request.method === "GET") await legacy.get(request, response);
    else if (request.method === "DELETE") legacy.delete(request, response);
    else throw unsuitable(request, response, "POST, GET, DELETE");
  }

  return {
    async handle(request, response) {
      try {
        await route(request, response);
      } catch (error) {
        if (!(error instanceof PreloopError))
          log.error("a request failed inside preloop", { error: String(error) });
        refuse(response, error);
      }
    },
    async close() {
      isClosed = true;
      await Promise.all([legacyPool.close(), modernPool.close()]);
    },
  };
}

/** Reads the body; a malformed one is answered here. */
async function readPosted(
  request: IncomingMessage,
  response: ServerResponse,
  reading: BodyReading,
): Promise<Posted | undefined> {
  const text = await readBody(request, reading);
  const frames: Posted["frames"][number][] = [];
  for (const frame of [readFrame(text)].flat()) {
    if (frame.kind === "malformed") {
      const code = frame.code === RPC_CODES.parseError ? "parse_failed" : "request_invalid";
      refuse(response, new PreloopError(code, frame.message), frame.id);
      return undefined;
    }
    frames.push(frame);
  }
  return { request, response, text, frames };
}

function unsuitable(request: IncomingMessage, response: ServerResponse, allowed: string): PreloopError {
  response.setHeader("Allow", allowed);
  return new PreloopError("verb_unsuitable", `${request.method} is not for this address; ${allowed} is`);
}
