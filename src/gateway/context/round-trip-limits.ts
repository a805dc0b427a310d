import { setTimeout as sleep } from "node:timers/promises";
import { abortSignalOf, type CancelSignal, PreloopError } from "#base";
import type { ClientProfile } from "#upstreams";

/** How often one request may ask its client for input before that is taken for a loop. */
export const MAX_ROUND_TRIPS = 8;
/** How long a client's person may take for one round. */
export const ROUND_TRIP_MS = 10 * 60_000;
// What SDK clients of the modern era wait before they repeat a request that asked them nothing.
const STATE_ONLY_MS = 250;

/** The client's capability that each request of a server's needs. */
const NEEDS: Readonly<Record<string, string>> = {
  "sampling/createMessage": "sampling",
  "elicitation/create": "elicitation",
  "roots/list": "roots",
};

/** The requests that a server may make while it works on a call. */
export const SERVER_REQUEST_METHODS: readonly string[] = Object.keys(NEEDS);

/** True for requests that a server may make of this client. */
export function canAnswer(client: ClientProfile, method: string): boolean {
  const capability = NEEDS[method];
  return capability !== undefined && client.capabilities[capability] !== undefined;
}

/** The end of a request that wants input again and again. */
export function tooManyRoundTrips(): PreloopError {
  return new PreloopError("input_failed", `The server still wanted input after ${MAX_ROUND_TRIPS} rounds.`);
}

/** Waits where a server asked for nothing but to be asked again. @throws what `onAbort` makes, when the signal aborts */
export async function pauseBeforeNextRoundTrip(
  signal: CancelSignal,
  onAbort: () => PreloopError,
): Promise<void> {
  await sleep(STATE_ONLY_MS, undefined, { signal: abortSignalOf(signal) }).catch(() => {
    throw onAbort();
  });
}
