import type { Handled, Incoming } from "../request.ts";

/** The work for one request, which may go on when that has been answered, and be picked up by another. */
export interface DetachableWork {
  /** The request that began it. */
  readonly first: Incoming;
  /** The request that waits for an answer now. */
  readonly waiting: Incoming | undefined;
  /** Aborts when the request that waits is given up, or nobody comes to pick the work up. */
  readonly signal: AbortSignal;
  /** The outcome, from when the work has begun. */
  readonly outcome: Promise<Handled> | undefined;
  readonly hasEnded: boolean;
  begin(outcome: Promise<Handled>): void;
  /** From here on the client is this request: it gets the answer, and its giving up ends the work. */
  attach(incoming: Incoming): Promise<Handled>;
  /** Answers the request that waits before the work has ended. */
  detach(early: Handled): void;
  abandon(): void;
}

/** The work for a request that nothing has been done for yet. */
export function createDetachableWork(first: Incoming): DetachableWork {
  const abort = new AbortController();
  let waiting: Incoming | undefined;
  let answer: ((handled: Handled | Promise<Handled>) => void) | undefined;
  let outcome: Promise<Handled> | undefined;
  let hasEnded = false;
  const abandon = () => abort.abort();
  return {
    first,
    signal: abort.signal,
    get waiting() {
      return waiting;
    },
    get outcome() {
      return outcome;
    },
    get hasEnded() {
      return hasEnded;
    },
    begin(work) {
      outcome = work;
      const end = () => {
        hasEnded = true;
        answer?.(work);
      };
      work.then(end, end);
    },
    attach(incoming) {
      waiting = incoming;
      incoming.signal.addEventListener("abort", abandon, { once: true });
      return new Promise<Handled>((resolve) => {
        answer = resolve;
      }).finally(() => incoming.signal.removeEventListener("abort", abandon));
    },
    detach(early) {
      const answerNow = answer;
      waiting = undefined;
      answer = undefined;
      answerNow?.(early);
    },
    abandon,
  };
}
