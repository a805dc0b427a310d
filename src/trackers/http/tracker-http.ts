import { setMaxListeners } from "node:events";
import { type AttemptResult, attemptOnce } from "./attempt.ts";
import { createCallErrors, mayRepeat } from "./call-errors.ts";
import { linkSignals } from "./link-signals.ts";
import { backoffMs } from "./time.ts";
import type { TrackerAnswer, TrackerCall, TrackerHttp, TrackerHttpOptions } from "./types.ts";

/** The HTTP client of one tracker. Only calls that do no harm twice are sent twice; a refused or lost write is the caller's. */
export function createTrackerHttp(options: TrackerHttpOptions): TrackerHttp {
  const { time, retryPolicy, log, tracker } = options;
  const errors = createCallErrors(tracker, options.secrets);
  const limiter = options.limiters.of(new URL(options.baseUrl).host, options.credential);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // one for every call under way

  async function attempt(call: TrackerCall, signal: AbortSignal): Promise<AttemptResult> {
    // A search by POST is repeatable and no write.
    const isWrite =
      call.method === "POST" ? !call.isRepeatable : call.method !== "GET" && call.method !== "HEAD";
    const { maxWaitMs, writeGapMs } = retryPolicy;
    const tooLong = (waitMs: number) => errors.limited(call, waitMs, time.clock.now());
    return limiter.run({ isWrite, maxWaitMs, writeGapMs, signal, tooLong }, async () => {
      const beganMs = time.clock.ticksMs();
      const result = await withTimeout(retryPolicy.timeoutMs, signal, (timed) =>
        attemptOnce(call, timed, time.clock.now),
      );
      const tookMs = Math.round(time.clock.ticksMs() - beganMs);
      const path = new URL(call.url).pathname;
      log.debug("asked a tracker", {
        tracker,
        method: call.method,
        path,
        outcome: summaryOf(result),
        tookMs,
      });
      if ("limits" in result && result.limits.waitMs) limiter.pauseFor(result.limits.waitMs);
      return result;
    });
  }

  /** How long to wait before the next attempt, or the failure when there is none. */
  function next(
    call: TrackerCall,
    result: Exclude<AttemptResult, { kind: "answered" }>,
    attempts: number,
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

  async function send(call: TrackerCall): Promise<TrackerAnswer> {
    if (new URL(call.url).origin !== new URL(options.baseUrl).origin)
      throw errors.wrong(call, {
        kind: "wrong",
        reason: `${new URL(call.url).origin} is not its host`,
        status: 0,
      });
    const link = linkSignals([closing.signal, ...(call.signal ? [call.signal] : [])]);
    const { signal } = link;
    try {
      for (let attempts = 1; ; attempts++) {
        const result = await attempt(call, signal);
        if (signal.aborted) throw signal.reason;
        if (result.kind === "answered") {
          const { answer } = result;
          if (answer.status === 401 || answer.status === 403) throw errors.refused(call, answer);
          return answer;
        }
        const then = next(call, result, attempts);
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

function toCall(
  about: Pick<TrackerCall, "about" | "isRepeatable" | "signal">,
  input: string | URL | Request,
  init: RequestInit = {},
): TrackerCall {
  if (init.body !== undefined && init.body !== null && typeof init.body !== "string")
    throw new TypeError("a tracker's call has a text for a body");
  return {
    ...about,
    method: init.method ?? "GET",
    url: input instanceof Request ? input.url : String(input),
    headers: Object.fromEntries(new Headers(init.headers)),
    ...(init.body ? { body: init.body } : {}),
  };
}

function toResponse(answer: TrackerAnswer): Response {
  const isBodiless = answer.text === "" || [204, 205, 304].includes(answer.status);
  const headers = new Headers(answer.headers);
  // The body is unpacked already.
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) headers.delete(name);
  const response = new Response(isBodiless ? null : answer.text, { status: answer.status, headers });
  Object.defineProperty(response, "url", { value: answer.url });
  return response;
}
