import type { IncomingMessage } from "node:http";
import { members, readFrame } from "#protocol";
import type { Failure } from "../failure.ts";
import { readBodyText } from "./body.ts";

/** Whom the refusal comes from. */
interface Server {
  readonly name: string;
  /** False when the config says how to be authorized. */
  readonly mayLogIn: boolean;
}

const LONGEST = 1024 * 1024;

/** The meaning of an HTTP status other than success for the request. */
export type Refusal =
  /** The server answered in JSON-RPC; the raw text of its error. */
  | { readonly kind: "answer"; readonly error: string }
  | { readonly kind: "lost"; readonly failure: Failure & { readonly sent: boolean } };

/** Reads a refusal. `inSession` says that the request named a session. */
export async function readRefusal(
  response: IncomingMessage,
  server: Server,
  inSession: boolean,
): Promise<Refusal> {
  const status = response.statusCode ?? 0;
  const text = await readBodyText(response, LONGEST).catch(() => "");
  // Whoever logs in does so in another process, so that a server which asks for it is asked again.
  if (status === 401) return lost(loginReason(server), { final: !server.mayLogIn });
  if (status === 403) return lost(forbiddenReason(response, server), { final: true });
  const error = errorIn(text);
  // 404 is the specification's word for it; 400 is what servers say that forgot their sessions in a restart.
  const gone = status === 404 || (status === 400 && /session/i.test(error ?? text));
  if (inSession && gone) return lost("ended the session", { sessionGone: true });
  if (error !== undefined) return { kind: "answer", error };
  if (status === 404)
    return lost(`has nothing at this address (HTTP 404); check mcpServers.${server.name}.url`, {});
  if (status >= 500) return lost(`failed (HTTP ${status})`, {}, true);
  return lost(`refused the request (HTTP ${status})`, {});
}

function lost(reason: string, more: Omit<Failure, "reason">, sent = false): Refusal {
  return { kind: "lost", failure: { reason, ...more, sent } };
}

function loginReason({ name, mayLogIn }: Server): string {
  const token = `renew the token at mcpServers.${name}.headers.Authorization`;
  return `asks for a login (HTTP 401); ${mayLogIn ? `run: preloop login ${name}` : token}`;
}

function forbiddenReason({ headers }: IncomingMessage, { name, mayLogIn }: Server): string {
  const token = `the token at mcpServers.${name}.headers.Authorization may not do it`;
  if (!mayLogIn) return `does not allow this (HTTP 403); ${token}`;
  const more = headers["www-authenticate"]?.includes("insufficient_scope");
  return `does not allow this (HTTP 403); ${more ? "its login is for less. Run" : "to log in as somebody else, run"}: preloop login ${name}`;
}

function errorIn(text: string): string | undefined {
  const frame = readFrame(text);
  return !Array.isArray(frame) && frame.kind === "error" ? members(text).get("error") : undefined;
}
