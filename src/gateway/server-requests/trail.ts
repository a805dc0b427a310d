import type { Audit } from "#audit";
import { type Log, messageOf } from "#base";
import type { SessionRef } from "#model";
import type { Asked } from "./admit.ts";

/** What became of a server's question: an answer never stands in the audit, only that there was one. */
export type Became = "answered" | "declined" | "refused" | "unanswered" | "passed";

type Facts = Readonly<Record<string, string>>;

/** Writes down what servers ask of the client. */
export interface Trail {
  wrote(asked: Asked, became: Became, facts?: Facts): void;
  /** Writes down what a flood was counted for. */
  close(): void;
}

export interface TrailOptions {
  readonly audit: () => Pick<Audit, "event"> | undefined;
  readonly ref: () => SessionRef;
  readonly ticksMs: () => number;
  readonly log: Log;
}

// Refusals cost a server nothing: past this many at once they are counted, and told once a second.
const BURST = 20;
const REFILL_MS = 1_000;

/** Nothing written down yet. */
export function createTrail({ audit, ref, ticksMs, log }: TrailOptions): Trail {
  const floods = new Map<string, { left: number; since: number; missed: number; last: Asked }>();

  function write({ server, method }: Asked, became: Became, facts: Facts): void {
    const { id: session, user } = ref();
    try {
      audit()?.event("server_asked", user, { session, server, method, became, ...facts });
    } catch (error) {
      log.error(messageOf(error));
    }
  }

  /** How many refusals went untold before this one; undefined when this one is not told either. */
  function untold(asked: Asked): number | undefined {
    const now = ticksMs();
    const flood = floods.get(asked.server) ?? { left: BURST, since: now, missed: 0, last: asked };
    floods.set(asked.server, flood);
    const fresh = Math.floor((now - flood.since) / REFILL_MS);
    if (fresh > 0) {
      flood.left = Math.min(BURST, flood.left + fresh);
      flood.since = now;
    }
    flood.last = asked;
    if (flood.left === 0) {
      flood.missed++;
      return undefined;
    }
    const { missed } = flood;
    flood.left--;
    flood.missed = 0;
    return missed;
  }

  return {
    wrote(asked, became, facts = {}) {
      const missed = became === "refused" ? untold(asked) : 0;
      if (missed === undefined) return;
      write(asked, became, missed > 0 ? { ...facts, before: `${missed} more were refused` } : facts);
    },
    close() {
      for (const { missed, last } of floods.values())
        if (missed > 0) write(last, "refused", { before: `${missed} more were refused` });
      floods.clear();
    },
  };
}
