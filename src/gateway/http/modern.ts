import { isJsonObject, PreloopError, sha256 } from "#base";
import { composeNotification, type Frame, members, type RpcId, withMember } from "#jsonrpc";
import { readEnvelope } from "../era.ts";
import type { Session } from "../session.ts";
import { addressOf, holderName } from "./address.ts";
import { type Answer, createAnswer } from "./answer.ts";
import { errorCodeOf, isReplyTo, withId, withSubscriptionId } from "./frames.ts";
import type { Guest, Guests, Visit } from "./guests.ts";
import { checkHeaders, checkMirrors } from "./modern-headers.ts";
import { refuse } from "./refuse.ts";
import { formatOf } from "./request.ts";
import type { OpenSession, Posted } from "./types.ts";

/** StreamableHTTP of 2026-07-28: every POST stands for itself, and closing its answer cancels it. */
export interface ModernFace {
  post(posted: Posted): Promise<void>;
}

/** A session shared by all requests of one address that call their client the same. */
export interface ModernGuest extends Guest {
  readonly session: Session;
  readonly asked: Map<RpcId, Asked>;
}

/** A request under way. Two clients may use one id, so inside it has another. */
interface Asked {
  readonly answer: Answer;
  /** The client's own id, as raw JSON text. */
  readonly rawId: string;
  readonly wantsLog: boolean;
  readonly listens: boolean;
}

type RequestFrame = Extract<Frame, { kind: "request" }>;

export function createModernFace(guests: Guests<ModernGuest>, openSession: OpenSession): ModernFace {
  let lastId = 0;

  async function openGuest(address: string): Promise<ModernGuest> {
    const asked = new Map<RpcId, Asked>();
    const origin = { address, isClaimed: true } as const;
    const session = await openSession((line, about) => deliver(asked, line, about), origin);
    const close = () =>
      session.close().finally(() => {
        for (const { answer } of asked.values()) answer.end();
      });
    return { session, asked, isBusy: session.isBusy, close };
  }

  function ask({ request, response }: Posted, frame: RequestFrame, visit: Visit<ModernGuest>): void {
    const { session, asked } = visit.guest;
    const id = ++lastId;
    const answer = createAnswer({
      response,
      ids: [id],
      format: formatOf(request),
      onOver(isComplete) {
        asked.delete(id);
        if (!isComplete) session.receive(cancellationOf(id));
        visit.leave();
      },
    });
    const rawId = members(frame.text).get("id")!;
    asked.set(id, {
      answer,
      rawId,
      wantsLog: LOG_LEVEL in metaOf(frame),
      listens: frame.method === "subscriptions/listen",
    });
    session.receive(withMember(frame.text, "id", String(id)));
  }

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
      let visit: Visit<ModernGuest> | undefined;
      try {
        checkHeaders(posted.request, frame.method, frame.params);
        const client = readEnvelope(frame.params);
        const { name, version } = client.clientInfo;
        formatOf(posted.request);
        const address = addressOf(posted.request);
        // A client may call itself anything, of any length.
        const key = sha256(JSON.stringify([address, name, version]));
        const holder = { address, name: holderName(client.clientInfo) };
        visit = await guests.enterOrOpen(key, holder, () => openGuest(address));
        if (frame.method === "tools/call") {
          const tool = await visit.guest.session.toolFor(client, String(frame.params.name));
          if (tool) checkMirrors(posted.request, members(frame.text).get("params")!, tool);
        }
        // The client may have left meanwhile, and nobody would tell us again.
        if (posted.response.destroyed) visit.leave();
        else ask(posted, frame, visit);
      } catch (error) {
        visit?.leave();
        refuse(posted.response, error, frame.id);
      }
    },
  };
}

const LOG_LEVEL = "io.modelcontextprotocol/logLevel";

function deliver(asked: ReadonlyMap<RpcId, Asked>, line: string, about: RpcId | undefined): void {
  const found = about === undefined ? undefined : asked.get(about);
  if (about === undefined) tellWhoListens(asked, line);
  if (about === undefined || !found) return;
  const { answer, rawId, listens } = found;
  if (isReplyTo(about, line)) answer.reply(about, withId(line, rawId), statusOf(about, line));
  else answer.tell(listens ? withSubscriptionId(line, rawId) : line);
}

// Outside subscriptions a client hears only of its own request, and a log only when it asked for one. Servers over
// stdio do not say to which request a log line belongs, so the oldest that wants any gets it.
function tellWhoListens(asked: ReadonlyMap<RpcId, Asked>, line: string): void {
  if (!line.includes('"notifications/message"')) return;
  for (const { answer, wantsLog } of asked.values()) if (wantsLog && answer.tell(line)) return;
}

const STATUS: Readonly<Record<number, number>> = { [-32601]: 404, [-32021]: 400, [-32022]: 400 };

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
