import type { ServerResponse } from "node:http";
import { messageOf, PreloopError } from "#base";
import { composeError, RPC_CODES, type RpcId } from "#protocol";

/** Answers a request that never becomes part of a session: the status and the error that the table has for it. */
export function refuse(response: ServerResponse, error: unknown, id: RpcId | null = null): void {
  const known =
    error instanceof PreloopError
      ? error
      : new PreloopError("internal", `preloop failed: ${messageOf(error)}`);
  const { rpc, http } = known.status;
  const data = Object.keys(known.data).length > 0 ? { data: { ...known.data } as never } : {};
  const code = rpc === "tool" ? RPC_CODES.internalError : rpc;
  answerJson(response, http, composeError(id, { code, message: known.message, ...data }));
}

/** One JSON document as the whole answer. */
export function answerJson(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent || response.destroyed) return;
  // What is left of a body nobody reads would be taken for the next request.
  const leaving = response.req.complete ? {} : { Connection: "close" };
  response.writeHead(status, { ...leaving, "Content-Type": "application/json", ...NEVER_KEPT });
  response.end(text);
}

/** Headers of every answer: nobody keeps it, and nobody guesses what it is. */
export const NEVER_KEPT = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" } as const;
