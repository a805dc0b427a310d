import { setMaxListeners } from "node:events";
import { attemptOnce, type Outcome } from "./attempt.ts";
import { createFailures, mayRepeat } from "./failures.ts";
import { linkSignals } from "./link-signals.ts";
import { backoffMs } from "./time.ts";
import type { Courier, CourierOptions, TrackerAnswer, TrackerCall } from "./types.ts";

/** A courier for one tracker. Only calls that do no harm twice are sent twice; a refused or lost write is the caller's. */
export function createCourier(options: CourierOptions): Courier {
  const { time, patience, log, tracker } = options;
  const failures = createFailures(tracker, options.secrets);
  const limiter = options.limiters.of(new URL(options.baseUrl).host, options.credential);
  const closing = new AbortController();
  setMaxListeners(0, closing.signal); // one for every call under way

  async function attempt(call: TrackerCall, signal: AbortSignal): Promise<Outcome> {
    // A search by POST is repeatable and no write.
    const isWrite =
      call.method === "POST" ? !call.isRepeatable : call.method !== "GET" && call.method !== "HEAD";
    const { maxWaitMs, writeGapMs } = patience;
    const tooLong = (waitMs: number) => failures.limited(call, waitMs, time.clock.now());
    return limiter.run({ isWrite, maxWaitMs, writeGapMs, signal, tooLong }, async () => {
      const beganMs = time.clock.ticksMs();
      const outcome = await withTimeout(patience.timeoutMs, signal, (timed) =>
        attemptOnce(call, timed, time.clock.now),
      );
      const tookMs = Math.round(time.clock.ticksMs() - beganMs);
      const path = new URL(call.url).pathname;
      log.debug("asked a tracker", { tracker, method: call.method, path, outcome: word(outcome), tookMs });
      if ("limits" in outcome && outcome.limits.waitMs) limiter.holdFor(outcome.limits.waitMs);
      return outcome;
    });
  }

  /** How long to wait before the next attempt, or the failure when there is none. */
  function next(
    call: TrackerCall,
    outcome: Exclude<Outcome, { kind: "answered" }>,
    attempts: number,
  ): number | Error {
    if (outcome.kind === "wrong") return failures.wrong(call, outcome);
    const askedMs = outcome.kind === "limited" ? outcome.limits.waitMs : outcome.waitMs;
    const isLast = !mayRepeat(call) || attempts >= patience.attempts || (askedMs ?? 0) > patience.maxWaitMs;
    if (isLast)
      return outcome.kind === "limited"
        ? failures.limited(call, askedMs, time.clock.now())
        : failures.broken(call, outcome, attempts);
    return (askedMs ?? 0) + backoffMs(attempts, time.random);
  }

  async function send(call: TrackerCall): Promise<TrackerAnswer> {
    if (new URL(call.url).origin !== new URL(options.baseUrl).origin)
      throw failures.wrong(call, {
        kind: "wrong",
        reason: `${new URL(call.url).origin} is not its host`,
        status: 0,
      });
    const link = linkSignals([closing.signal, ...(call.signal ? [call.signal] : [])]);
    const { signal } = link;
    try {
      for (let attempts = 1; ; attempts++) {
        const outcome = await attempt(call, signal);
        if (signal.aborted) throw signal.reason;
        if (outcome.kind === "answered") {
          const { answer } = outcome;
          if (answer.status === 401 || answer.status === 403) throw failures.refused(call, answer);
          return answer;
        }
        const then = next(call, outcome, attempts);
        if (then instanceof Error) throw then;
        log.info("a tracker is asked again", {
          tracker,
          about: call.about,
          why: word(outcome),
          waitMs: then,
        });
        await time.sleep(then, signal);
      }
    } catch (error) {
      throw signal.aborted ? failures.cancelled(call, closing.signal.aborted) : error;
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

function word(outcome: Outcome): string {
  if (outcome.kind === "answered") return String(outcome.answer.status);
  return outcome.kind === "limited" ? `limited (${outcome.status})` : outcome.kind;
}

async function withTimeout(
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  const link = linkSignals([signal]);
  const timer = setTimeout(() => link.abort(), timeoutMs);
  try {
    const outcome = await work(link.signal);
    const isLate = outcome.kind === "broken" && link.signal.aborted && !signal.aborted;
    return isLate ? { kind: "broken", reason: `nothing came for ${timeoutMs} ms`, wasSent: true } : outcome;
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
