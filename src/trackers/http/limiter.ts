import { createHash } from "node:crypto";
import type { Time } from "./time.ts";

/** Limiter of the calls to one host with one credential: few calls at once, writes one after the other, none while it is closed. */
export interface Limiter {
  /** Runs the work when it is its turn. Rejects with the signal's reason, or with what `tooLong` makes of the wait. */
  run<T>(call: LimitedCall, work: () => Promise<T>): Promise<T>;
  /** No call begins for that long. */
  pauseFor(ms: number): void;
}

/** Call as the limiter sees it. */
export interface LimitedCall {
  readonly isWrite: boolean;
  /** A longer wait than this is not begun. */
  readonly maxWaitMs: number;
  /** The pause between two writes that the vendor asks for. */
  readonly writeGapMs: number;
  readonly signal: AbortSignal;
  readonly tooLong: (waitMs: number) => Error;
}

/** Limiters by host and credential: two trackers of one account share theirs. */
export interface Limiters {
  of(host: string, credential: string): Limiter;
}

const AT_ONCE = 6;

export function createLimiters(time: Time): Limiters {
  const limiters = new Map<string, Limiter>();
  return {
    of(host, credential) {
      const key = createHash("sha256").update(`${host}\n${credential}`).digest("hex");
      const limiter = limiters.get(key) ?? createLimiter(time);
      limiters.set(key, limiter);
      return limiter;
    },
  };
}

function createLimiter(time: Time): Limiter {
  const slots = createQueue(AT_ONCE);
  const writeSlot = createQueue(1);
  let openAt = 0;
  let lastWriteAt = Number.NEGATIVE_INFINITY;

  async function untilOpen(call: LimitedCall): Promise<void> {
    let waited = 0;
    for (;;) {
      const gapEnd = call.isWrite ? lastWriteAt + call.writeGapMs : 0;
      const waitMs = Math.max(openAt, gapEnd) - time.clock.ticksMs();
      if (waitMs <= 0) return;
      if (waited + waitMs > call.maxWaitMs) throw call.tooLong(waitMs);
      await time.sleep(waitMs, call.signal);
      waited += waitMs;
    }
  }

  async function runInSlot<T>(call: LimitedCall, work: () => Promise<T>): Promise<T> {
    const leave = await slots.enter(call.signal);
    try {
      await untilOpen(call);
      return await work();
    } finally {
      if (call.isWrite) lastWriteAt = time.clock.ticksMs();
      leave();
    }
  }

  return {
    async run(call, work) {
      if (!call.isWrite) return runInSlot(call, work);
      const leave = await writeSlot.enter(call.signal);
      try {
        return await runInSlot(call, work);
      } finally {
        leave();
      }
    },
    pauseFor(ms) {
      openAt = Math.max(openAt, time.clock.ticksMs() + ms);
    },
  };
}

interface Queue {
  /** Resolves with what releases the place. */
  enter(signal: AbortSignal): Promise<() => void>;
}

function createQueue(places: number): Queue {
  const waiting: (() => void)[] = [];
  let taken = 0;
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else taken--;
  };
  return {
    enter(signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (taken < places) {
        taken++;
        return Promise.resolve(leave);
      }
      return new Promise((resolve, reject) => {
        const come = () => {
          signal.removeEventListener("abort", give);
          resolve(leave);
        };
        const give = () => {
          waiting.splice(waiting.indexOf(come), 1);
          reject(signal.reason);
        };
        waiting.push(come);
        signal.addEventListener("abort", give, { once: true });
      });
    },
  };
}
