import type { IncomingMessage } from "node:http";
import { PreloopError } from "#base";
import { headerOf } from "./request.ts";

/**
 * Lets in requests that were meant for us: a name that was rebound to this machine fails by its Host, another site's
 * script by its Origin.
 * @throws request_invalid without a Host, origin_refused
 */
export function onlyOurs(request: IncomingMessage, ownOrigins: readonly string[]): void {
  const host = headerOf(request, "host")?.toLowerCase();
  if (host === undefined || host === "")
    throw new PreloopError("request_invalid", "The header Host is missing");
  if (!ownOrigins.some((own) => new URL(own).host === host))
    throw new PreloopError("origin_refused", "This address is not one that preloop answers on");
  const origin = headerOf(request, "origin");
  if (origin !== undefined && !ownOrigins.includes(origin.toLowerCase()))
    throw new PreloopError("origin_refused", "This request comes from another site");
}

/** The origins under which a loopback port is reached, and the public one where something forwards to it. */
export function originsOf(port: number, publicUrl: string | undefined): readonly string[] {
  const names = ["127.0.0.1", "localhost", "[::1]"];
  return [
    ...names.map((name) => new URL(`http://${name}:${port}`).origin),
    ...(publicUrl === undefined ? [] : [new URL(publicUrl).origin]),
  ];
}
