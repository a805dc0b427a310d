import { PreloopError } from "#base";
import type { Upstream } from "#upstreams";
import type { CallServices } from "../call/call-services.ts";

/**
 * A client is asked nothing in a session that its user has frozen, nor by a server that is held or switched off.
 * @throws session_frozen, request_refused
 */
export function refuseFrozenOrHeld(
  from: Upstream,
  session: string,
  { liveGrants, pins }: CallServices,
): void {
  if (liveGrants.isFrozen(session))
    throw new PreloopError(
      "session_frozen",
      "This session was frozen by its user; its client is asked nothing",
    );
  if (from.isInProcess === true) return;
  const { name } = from;
  if (pins.isOff(name)) throw refused(`${name} is switched off`);
  const hold = pins.holdOfServer(name);
  if (hold) throw refused(`${name} is held: ${hold.why}`);
}

/** Servers of the modern era have no requests of their own: they ask in their answers. @throws method_unknown */
export function refuseModern({ name, state }: Upstream): void {
  if (state.kind === "ready" && state.profile.era === "modern")
    throw new PreloopError("method_unknown", `${name} speaks a revision in which servers make no requests`);
}

function refused(why: string): PreloopError {
  return new PreloopError("request_refused", `${why}, and its questions are not passed on`);
}
