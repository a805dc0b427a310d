import { isJsonObject, PreloopError, sha256 } from "#base";
import {
  composeNotification,
  type Frame,
  META_KEYS,
  members,
  RPC_CODES,
  type RpcId,
  withMember,
} from "#protocol";
import type { ClientProfile } from "#upstreams";
import { readEnvelope } from "../session/era.ts";
import type { Session } from "../session/session.ts";
import { addressOf, ownerName } from "./address.ts";
import { type Answer, createAnswer } from "./answer.ts";
import { errorCodeOf, isReplyTo, withId, withSubscriptionId } from "./frames.ts";
import { checkHeaders, createMirrorCheck } from "./modern-headers.ts";
import { refuse } from "./refuse.ts";
import { formatOf } from "./request.ts";
import type { PooledSession, SessionLease, SessionPool } from "./session-pool.ts";
import type { OpenSession, Posted } from "./types.ts";

/** StreamableHTTP of 2026-07-28: every POST stands for itself, and closing its answer cancels it. */
export interface ModernEndpoint {
  post(posted: Posted): Promise<void>;
}

/** A session shared by all requests of one address that call their client the same. */
export interface ModernSession extends PooledSession {
  readonly session: Session;
  readonly pending: Map<RpcId, PendingAnswer>;
}

/** A request under way. Two clients may use one id, so inside it has another. */
interface PendingAnswer {
  readonly answer: Answer;
  /** The client's own id, as raw JSON text. */
  readonly rawId: string;
  readonly wantsLog: boolean;
  readonly listens: boolean;
}

type RequestFrame = Extract<Frame, { kind: "request" }>;

/** An endpoint that has answered nothing yet. */
export function createModernEndpoint(
  pool: SessionPool<ModernSession>,
  openSession: OpenSession,
): ModernEndpoint {
  const mirrorCheck = createMirrorCheck();
  let lastId = 0;
  return {
    async post(posted) {
      const [frame, ...more] = posted.frames;
      if (!frame || more.length > 0) throw new PreloopError("request_invalid", "A POST carries one message");
      // Closing an answer says what a notification would, and a server asks nothing that could be answered.
      if (frame.kind === "notification") {
        posted.response.writeHead(202).end();
        return;
      }
      if (frame.kind !== "request") throw new PreloopError("request_invalid", "Nobody asked for this answer");
      let lease: SessionLease<ModernSession> | undefined;
      try {
        checkHeaders(posted.request, frame.method, frame.params);
        const client = readEnvelope(frame.params);
        formatOf(posted.request);
        lease = await leaseFor(client, posted, pool, openSession);
        if (frame.method === "tools/call") {
          const tool = await lease.pooled.session.toolFor(client, String(frame.params.name));
          if (tool) mirrorCheck.check(posted.request, members(frame.text).get("params")!, tool);
        }
        // The client may have left meanwhile, and nobody would tell us again.
        if (posted.response.destroyed) lease.release();
        else ask(posted, frame, lease, ++lastId);
      } catch (error) {
        lease?.release();
        refuse(posted.response, error, frame.id);
      }
    },
  };
}

/** A lease of the session that the client shares with those of its address and name. */
function leaseFor(
  { clientInfo }: ClientProfile,
  { request }: Posted,
  pool: SessionPool<ModernSession>,
  openSession: OpenSession,
): Promise<SessionLease<ModernSession>> {
  const address = addressOf(request);
  // A client may call itself anything, of any length.
  const key = sha256(JSON.stringify([address, clientInfo.name, clientInfo.version]));
  const owner = { address, name: ownerName(clientInfo) };
  return pool.acquireOrOpen(key, owner, () => openPooled(address, openSession));
}

async function openPooled(address: string, openSession: OpenSession): Promise<ModernSession> {
  const pending = new Map<RpcId, PendingAnswer>();
  const origin = { address, isClaimed: true } as const;
  const session = await openSession((line, about) => deliver(pending, line, about), origin);
  const close = () =>
    session.close().finally(() => {
      for (const { answer } of pending.values()) answer.end();
    });
  return { session, pending, isBusy: session.isBusy, close };
}

/** Puts a request to its session under an id that no other request there has. */
function ask(
  { request, response }: Posted,
  frame: RequestFrame,
  lease: SessionLease<ModernSession>,
  id: number,
): void {
  const { session, pending } = lease.pooled;
  const answer = createAnswer({
    response,
    ids: [id],
    format: formatOf(request),
    onOver(isComplete) {
      pending.delete(id);
      if (!isComplete) session.receive(cancellationOf(id));
      lease.release();
    },
  });
  const rawId = members(frame.text).get("id")!;
  pending.set(id, {
    answer,
    rawId,
    wantsLog: META_KEYS.logLevel in metaOf(frame),
    listens: frame.method === "subscriptions/listen",
  });
  session.receive(withMember(frame.text, "id", String(id)));
}

function deliver(pending: ReadonlyMap<RpcId, PendingAnswer>, line: string, about: RpcId | undefined): void {
  const found = about === undefined ? undefined : pending.get(about);
  if (about === undefined) tellWhoListens(pending, line);
  if (about === undefined || !found) return;
  const { answer, rawId, listens } = found;
  if (isReplyTo(about, line)) answer.reply(about, withId(line, rawId), statusOf(about, line));
  else answer.tell(listens ? withSubscriptionId(line, rawId) : line);
}

// Outside subscriptions a client hears only of its own request, and a log only when it asked for one. Servers over
// stdio do not say to which request a log line belongs, so the oldest that wants any gets it.
function tellWhoListens(pending: ReadonlyMap<RpcId, PendingAnswer>, line: string): void {
  if (!line.includes('"notifications/message"')) return;
  for (const { answer, wantsLog } of pending.values()) if (wantsLog && answer.tell(line)) return;
}

const STATUS: Readonly<Record<number, number>> = {
  [RPC_CODES.methodNotFound]: 404,
  [-32021]: 400,
  [-32022]: 400,
};

function statusOf(id: RpcId, line: string): number {
  const code = errorCodeOf(id, line);
  return code === undefined ? 200 : (STATUS[code] ?? 200);
}

function cancellationOf(id: RpcId): string {
  const params = JSON.stringify({ requestId: id, reason: "the client closed the answer" });
  return composeNotification({ method: "notifications/cancelled", params });
}

function metaOf(frame: RequestFrame): object {
  return isJsonObject(frame.params._meta) ? frame.params._meta : {};
}
