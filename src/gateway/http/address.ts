import type { IncomingMessage } from "node:http";
import type { JsonObject } from "#base";

/** Where a request comes from. A program picks any loopback address it likes, so those are one. */
export function addressOf({ socket }: Pick<IncomingMessage, "socket">): string {
  const address = (socket.remoteAddress ?? "unknown").replace(/^::ffff:/i, "");
  return address === "::1" || address.startsWith("127.") ? "127.0.0.1" : address;
}

const MAX_NAME = 200;

/** What a client calls itself, as far as sessions are counted by it. */
export function ownerName({ name }: JsonObject): string {
  return String(name).slice(0, MAX_NAME);
}
