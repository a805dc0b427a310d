import type { IncomingMessage } from "node:http";
import { members, readFrame } from "#jsonrpc";
import type { Failure } from "../failure.ts";
import { readText } from "./body.ts";

const LONGEST = 1024 * 1024;

/** What an HTTP status other than success means for the request. */
export type Refusal =
  /** The server answered in JSON-RPC; the raw text of its error. */
  | { readonly kind: "answer"; readonly error: string }
  | { readonly kind: "lost"; readonly failure: Failure & { readonly sent: boolean } };

/** Reads a refusal. `inSession` says that the request named a session. */
export async function readRefusal(
  response: IncomingMessage,
  server: string,
  inSession: boolean,
): Promise<Refusal> {
  const status = response.statusCode ?? 0;
  const text = await readText(response, LONGEST).catch(() => "");
  if (status === 401 || status === 403) return lost(authorizationReason(status, server), { final: true });
  const error = errorIn(text);
  // 404 is the specification's word for it; 400 is what servers say that forgot their sessions in a restart.
  const gone = status === 404 || (status === 400 && /session/i.test(error ?? text));
  if (inSession && gone) return lost("ended the session", { sessionGone: true });
  if (error !== undefined) return { kind: "answer", error };
  if (status === 404)
    return lost(`has nothing at this address (HTTP 404); check mcpServers.${server}.url`, {});
  if (status >= 500) return lost(`failed (HTTP ${status})`, {}, true);
  return lost(`refused the request (HTTP ${status})`, {});
}

function lost(reason: string, more: Omit<Failure, "reason">, sent = false): Refusal {
  return { kind: "lost", failure: { reason, ...more, sent } };
}

function authorizationReason(status: number, server: string): string {
  const what = status === 401 ? "asks for a login (HTTP 401)" : "does not allow this (HTTP 403)";
  return `${what}; set or renew the token at mcpServers.${server}.headers.Authorization`;
}

function errorIn(text: string): string | undefined {
  const frame = readFrame(text);
  return !Array.isArray(frame) && frame.kind === "error" ? members(text).get("error") : undefined;
}
