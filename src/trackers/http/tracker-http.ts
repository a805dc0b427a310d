import { setMaxListeners } from "node:events";
import { type AttemptResult, attemptOnce } from "./attempt.ts";
import { type CallErrors, createCallErrors, mayRepeat } from "./call-errors.ts";
import { toCall, toResponse } from "./fetch-shape.ts";
import type { Limiter } from "./limiter.ts";
import { linkSignals } from "./link-signals.ts";
import { backoffMs } from "./time.ts";
import type { TrackerAnswer, TrackerCall, TrackerHttp, TrackerHttpOptions } from "./types.ts";

/** The HTTP client of one tracker. Only calls that do no harm twice are sent twice; a refused or lost write is the caller's. */
export function createTrackerHttp(options: TrackerHttpOptions): TrackerHttp {
  const { time, log, tracker } = options;
  const errors = createCallErrors(tracker, options.secrets);
  const limiter = options.limiters.of(new URL(options.baseUrl).host, options.credential);
  const parts: HttpParts = { options, errors, limiter };
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // one for every call under way

  async function send(call: TrackerCall): Promise<TrackerAnswer> {
    refuseOtherHosts(call, parts);
    const link = linkSignals([closing.signal, ...(call.signal ? [call.signal] : [])]);
    const { signal } = link;
    try {
      for (let attempts = 1; ; attempts++) {
        const result = await attempt(call, signal, parts);
        if (signal.aborted) throw signal.reason;
        if (result.kind === "answered") {
          const { answer } = result;
          if (answer.status === 401 || answer.status === 403) throw errors.refused(call, answer);
          return answer;
        }
        const then = waitOrError(call, result, attempts, parts);
        if (then instanceof Error) throw then;
        log.info("a tracker is asked again", {
          tracker,
          about: call.about,
          why: summaryOf(result),
          waitMs: then,
        });
        await time.sleep(then, signal);
      }
    } catch (error) {
      throw signal.aborted ? errors.cancelled(call, closing.signal.aborted) : error;
    } finally {
      link.release();
    }
  }

  return {
    send,
    asFetch: (about) => async (input, init) => toResponse(await send(toCall(about, input, init))),
    close: () => closing.abort(),
  };
}

/** Parts of one tracker's client. */
interface HttpParts {
  readonly options: TrackerHttpOptions;
  readonly errors: CallErrors;
  readonly limiter: Limiter;
}

/** A call and a redirect elsewhere would carry the token away. */
function refuseOtherHosts(call: TrackerCall, { options, errors }: HttpParts): void {
  const { origin } = new URL(call.url);
  if (origin === new URL(options.baseUrl).origin) return;
  throw errors.wrong(call, { kind: "wrong", reason: `${origin} is not its host`, status: 0 });
}

/** One attempt, in its turn. */
async function attempt(
  call: TrackerCall,
  signal: AbortSignal,
  { options, errors, limiter }: HttpParts,
): Promise<AttemptResult> {
  const { time, log, tracker } = options;
  const { timeoutMs, maxWaitMs, writeGapMs } = options.retryPolicy;
  // A search by POST is repeatable and no write.
  const isWrite =
    call.method === "POST" ? !call.isRepeatable : call.method !== "GET" && call.method !== "HEAD";
  const tooLong = (waitMs: number) => errors.limited(call, waitMs, time.clock.now());
  return limiter.run({ isWrite, maxWaitMs, writeGapMs, signal, tooLong }, async () => {
    const beganMs = time.clock.ticksMs();
    const result = await withTimeout(timeoutMs, signal, (timed) => attemptOnce(call, timed, time.clock.now));
    const tookMs = Math.round(time.clock.ticksMs() - beganMs);
    const path = new URL(call.url).pathname;
    log.debug("asked a tracker", { tracker, method: call.method, path, outcome: summaryOf(result), tookMs });
    if ("limits" in result && result.limits.waitMs) limiter.pauseFor(result.limits.waitMs);
    return result;
  });
}

/** How long to wait before the next attempt, or the failure when there is none. */
function waitOrError(
  call: TrackerCall,
  result: Exclude<AttemptResult, { kind: "answered" }>,
  attempts: number,
  { options: { retryPolicy, time }, errors }: HttpParts,
): number | Error {
  if (result.kind === "wrong") return errors.wrong(call, result);
  const askedMs = result.kind === "limited" ? result.limits.waitMs : result.waitMs;
  const isLast =
    !mayRepeat(call) || attempts >= retryPolicy.attempts || (askedMs ?? 0) > retryPolicy.maxWaitMs;
  if (isLast)
    return result.kind === "limited"
      ? errors.limited(call, askedMs, time.clock.now())
      : errors.broken(call, result, attempts);
  return (askedMs ?? 0) + backoffMs(attempts, time.random);
}

function summaryOf(result: AttemptResult): string {
  if (result.kind === "answered") return String(result.answer.status);
  return result.kind === "limited" ? `limited (${result.status})` : result.kind;
}

async function withTimeout(
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<AttemptResult>,
): Promise<AttemptResult> {
  const link = linkSignals([signal]);
  const timer = setTimeout(() => link.abort(), timeoutMs);
  try {
    const result = await work(link.signal);
    const isLate = result.kind === "broken" && link.signal.aborted && !signal.aborted;
    return isLate ? { kind: "broken", reason: `nothing came for ${timeoutMs} ms`, wasSent: true } : result;
  } finally {
    clearTimeout(timer);
    link.release();
  }
}
