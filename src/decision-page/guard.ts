import type { MiddlewareHandler } from "hono";
import { PreloopError } from "#base";
import { isOwnHost, isOwnOrigin } from "#http";

/**
 * Lets in requests that were meant for us: the Host is one of ours, and a request that could change something was sent
 * by our own page. A name that was rebound to this machine fails the first test, another site's form the second.
 */
export function refuseStrangers(ownOrigins: () => readonly string[]): MiddlewareHandler {
  return async (c, next) => {
    const origins = ownOrigins();
    // The header itself: the adapter invents a host for requests that came without one.
    const host = c.req.header("host");
    if (host === undefined || !isOwnHost(host, origins))
      throw new PreloopError("decision_refused", "This address is not one that preloop answers on.");
    if (c.req.method !== "GET" && c.req.method !== "HEAD") refuseOtherPages(c.req.header(), origins);
    await next();
  };
}

function refuseOtherPages(headers: Readonly<Record<string, string>>, origins: readonly string[]): void {
  const { origin, "sec-fetch-site": site } = headers;
  const fromOurPage = origin === undefined ? site !== undefined : isOwnOrigin(origin, origins);
  const notCrossSite = site === undefined || site === "same-origin" || site === "none";
  if (!fromOurPage || !notCrossSite)
    throw new PreloopError("decision_refused", "This did not come from preloop's own page.");
}
