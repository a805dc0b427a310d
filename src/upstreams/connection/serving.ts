import { type Log, PreloopError } from "#base";
import {
  composeError,
  composeReply,
  type Frame,
  members,
  type RawReply,
  RPC_CODES,
  type RpcId,
} from "#protocol";

/** The requests that a server makes of the client. */
export interface Serving {
  serve(frame: Extract<Frame, { kind: "request" }>): void;
  /** The server takes one back: whoever works on it is told, and no answer goes out. */
  withdraw(id: RpcId): void;
  withdrawAll(): void;
}

/** The means of serving a server. */
export interface ServingOptions {
  readonly name: string;
  readonly log: Log;
  readonly send: (line: string) => void;
  /** Rejects for what the server may not ask. */
  readonly onRequest: (method: string, params: string | undefined, signal: AbortSignal) => Promise<RawReply>;
}

/** Serves one server. */
export function createServing({ name, log, send, onRequest }: ServingOptions): Serving {
  const working = new Map<RpcId, AbortController>();
  return {
    serve({ id, method, text }) {
      if (method === "ping") return send(composeReply(id, { kind: "result", text: "{}" }));
      if (working.has(id)) return log.warn("the server used an id twice", { server: name, id, method });
      const abort = new AbortController();
      const work = onRequest(method, members(text).get("params"), abort.signal);
      working.set(id, abort);
      void work
        .then(
          (reply) => composeReply(id, reply),
          (error: unknown) => composeError(id, rpcErrorOf(error)),
        )
        .then((line) => {
          if (working.delete(id)) send(line);
        });
    },
    withdraw(id) {
      const abort = working.get(id);
      working.delete(id);
      abort?.abort();
    },
    withdrawAll() {
      const all = [...working.values()];
      working.clear();
      for (const abort of all) abort.abort();
    },
  };
}

function rpcErrorOf(error: unknown): { code: number; message: string } {
  if (!(error instanceof PreloopError)) return { code: RPC_CODES.internalError, message: "internal error" };
  const { rpc } = error.status;
  return { code: rpc === "tool" ? RPC_CODES.internalError : rpc, message: error.message };
}
