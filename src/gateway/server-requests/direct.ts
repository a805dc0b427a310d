import { type JsonObject, PreloopError } from "#base";
import {
  composeNotification,
  composeRequest,
  type Frame,
  members,
  type RawReply,
  withMember,
} from "#protocol";
import type { Upstream } from "#upstreams";

/** Requests sent to a legacy client outright: a server asks it for sampling, input or roots. */
export interface DirectRequests {
  ask(question: ServerRequest): Promise<RawReply>;
  /** Takes the client's answer; false when nobody asked for it. */
  answer(frame: Extract<Frame, { kind: "result" | "error" }>): boolean;
  /** Passes the client's progress on a question on to the server that asked. */
  progress(params: JsonObject, text: string): void;
  close(): void;
}

/** A request of a server's to the client. */
export interface ServerRequest {
  readonly upstream: Upstream;
  readonly method: string;
  readonly params: string | undefined;
  readonly signal: AbortSignal;
}

interface Open extends ServerRequest {
  readonly resolve: (reply: RawReply) => void;
  readonly reject: (error: unknown) => void;
  /** The server's own progress token, as JSON text. */
  readonly token: string | undefined;
}

/** Questions to one client; ids and progress tokens are ours, so two servers' never meet. */
export function createDirectRequests(send: (line: string) => void): DirectRequests {
  const open = new Map<number, Open>();
  let lastId = 0;

  return {
    ask(question) {
      return new Promise((resolve, reject) => {
        if (question.signal.aborted) return reject(withdrawn());
        const id = ++lastId;
        const token = progressTokenOf(question.params);
        open.set(id, { ...question, resolve, reject, token });
        question.signal.addEventListener("abort", () => withdraw(id), { once: true });
        send(composeRequest({ id, method: question.method, params: adapt(question, id, token) }));
      });
    },
    answer(frame) {
      const asked = typeof frame.id === "number" ? open.get(frame.id) : undefined;
      if (!asked) return false;
      open.delete(frame.id as number);
      asked.resolve({ kind: frame.kind, text: members(frame.text).get(frame.kind)! });
      return true;
    },
    progress(params, text) {
      const asked = typeof params.progressToken === "number" ? open.get(params.progressToken) : undefined;
      if (asked?.token === undefined) return;
      const raw = members(text).get("params")!;
      asked.upstream.notify("notifications/progress", withMember(raw, "progressToken", asked.token));
    },
    close() {
      for (const asked of open.values())
        asked.reject(new PreloopError("request_cancelled", "the client left"));
      open.clear();
    },
  };

  function withdraw(id: number): void {
    const asked = open.get(id);
    if (!asked) return;
    open.delete(id);
    const error = withdrawn();
    send(
      composeNotification({
        method: "notifications/cancelled",
        params: JSON.stringify({ requestId: id, reason: error.message }),
      }),
    );
    asked.reject(error);
  }
}

function withdrawn(): PreloopError {
  return new PreloopError("request_cancelled", "the server withdrew its request");
}

function progressTokenOf(params: string | undefined): string | undefined {
  const meta = params === undefined ? undefined : members(params).get("_meta");
  return meta?.startsWith("{") ? members(meta).get("progressToken") : undefined;
}

function adapt({ params }: ServerRequest, id: number, token: string | undefined): string | undefined {
  if (params === undefined || token === undefined) return params;
  const meta = withMember(members(params).get("_meta")!, "progressToken", String(id));
  return withMember(params, "_meta", meta);
}
