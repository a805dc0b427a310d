import { digestOf, PreloopError } from "#base";
import { member, members, ROUND_METHODS, withMember } from "#protocol";
import { refuseDeep } from "../call/refuse-deep.ts";
import type { Handled, Incoming } from "../request.ts";
import type { DetachableWork } from "./detachable-work.ts";
import { createRequestStates, type RequestStateOptions } from "./request-state.ts";

/**
 * The round trips of modern clients (2026-07-28, basic/patterns/mrtr): requests that are answered with `input_required`
 * and come back with what was wanted. A leg is one request among those of one call.
 */
export interface RoundTrips {
  /**
   * Answers the leg that waits with what is wanted, and waits for the next one; resolves with the text of its
   * `inputResponses`, undefined when it brings none. @throws request_cancelled when the client does not come back
   */
  suspend(work: DetachableWork, result: string): Promise<string | undefined>;
  /**
   * Goes on with the work that the retry's `requestState` stands for: what was permitted on the first leg holds for the
   * others. @throws params_invalid
   */
  resume(retry: Incoming): Promise<Handled>;
  /** True while one of them is under way. */
  isBusy(): boolean;
  /** Ends what waits for its client; resolves when all of it has been written down. */
  close(): Promise<void>;
}

/** Work that waits for its client's next leg. */
interface RoundTrip {
  readonly work: DetachableWork;
  resolve(responses: string | undefined): void;
  reject(error: PreloopError): void;
}

const PER_LEG: readonly string[] = ["_meta", "inputResponses", "requestState"];

/** True for a request that goes on with an earlier one. */
export function isRetry({ client, request }: Incoming): boolean {
  return (
    client.era === "modern" && ROUND_METHODS.has(request.method) && request.params.requestState !== undefined
  );
}

/** No round trip under way yet. */
export function createRoundTrips(options: RequestStateOptions): RoundTrips {
  const states = createRequestStates<RoundTrip>(options);
  const underWay = new Set<Promise<unknown>>();

  function note({ outcome }: DetachableWork): void {
    if (!outcome || underWay.has(outcome)) return;
    underWay.add(outcome);
    const end = () => void underWay.delete(outcome);
    outcome.then(end, end);
  }

  return {
    suspend(work, result) {
      return new Promise((resolve, reject) => {
        if (work.signal.aborted || !work.waiting) return reject(gone());
        const roundTrip: RoundTrip = { work, resolve, reject };
        const state = states.issue(roundTrip, bindingOf(work.first), () => abandon(roundTrip));
        note(work);
        const text = withMember(result, "requestState", JSON.stringify(state));
        work.detach({ reply: { kind: "result", text } });
      });
    },
    async resume(retry) {
      const { params, text } = retry.request;
      const state = typeof params.requestState === "string" ? params.requestState : "";
      const { work, resolve } = states.take(state, bindingOf(retry));
      const answered = work.hasEnded ? work.outcome! : work.attach(retry);
      resolve(members(member(text, "params") ?? "{}").get("inputResponses"));
      return answered;
    },
    isBusy: () => underWay.size > 0,
    async close() {
      for (const roundTrip of states.close()) abandon(roundTrip);
      await Promise.allSettled(underWay);
    },
  };
}

function abandon({ work, reject }: RoundTrip): void {
  work.abandon();
  reject(gone());
}

// What a client may change from leg to leg is left out; all else must be as it was.
function bindingOf({ session, request: { method, params } }: Incoming): string {
  refuseDeep(params);
  const kept = Object.entries(params).filter(([key]) => !PER_LEG.includes(key));
  return digestOf({ session, method, params: Object.fromEntries(kept) });
}

function gone(): PreloopError {
  return new PreloopError("request_cancelled", "the client did not come back");
}
