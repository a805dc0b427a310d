import type { IncomingMessage } from "node:http";
import { PreloopError } from "#base";
import { isOwnHost, isOwnOrigin } from "#http";
import { headerOf } from "./request.ts";

/**
 * Lets in requests that were meant for us: a name that was rebound to this machine fails by its Host, another site's
 * script by its Origin.
 * @throws request_invalid without a Host, origin_refused
 */
export function onlyOurs(request: IncomingMessage, ownOrigins: readonly string[]): void {
  const host = headerOf(request, "host");
  if (host === undefined || host === "")
    throw new PreloopError("request_invalid", "The header Host is missing");
  if (!isOwnHost(host, ownOrigins))
    throw new PreloopError("origin_refused", "This address is not one that preloop answers on");
  const origin = headerOf(request, "origin");
  if (origin !== undefined && !isOwnOrigin(origin.toLowerCase(), ownOrigins))
    throw new PreloopError("origin_refused", "This request comes from another site");
}
