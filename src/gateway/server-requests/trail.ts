import type { Audit } from "#audit";
import { type Log, messageOf } from "#base";
import type { SessionRef } from "#model";
import type { UncheckedRequest } from "./admit.ts";
import { type Bucket, createBucket } from "./bucket.ts";

/** The end of a server's question; `passed` is a link that the client opens by itself. */
export type Became = "answered" | "declined" | "refused" | "unanswered" | "passed";

type Facts = Readonly<Record<string, string>>;

/** Writes down what servers ask of the client: that there was an answer, and never what it was. */
export interface Trail {
  wrote(asked: UncheckedRequest, became: Became, facts?: Facts): void;
  /** Writes down how much was only counted. */
  close(): void;
}

export interface TrailOptions {
  readonly audit: () => Pick<Audit, "event"> | undefined;
  readonly ref: () => SessionRef;
  readonly ticksMs: () => number;
  readonly log: Log;
}

// A refusal costs its server nothing: past so many they are counted, and told with the next.
const REFUSALS = { size: 20, perSecond: 1 };

interface Refusals {
  readonly rate: Bucket;
  untold: number;
  last: UncheckedRequest;
}

/** Nothing written down yet. */
export function createTrail({ audit, ref, ticksMs, log }: TrailOptions): Trail {
  const refusals = new Map<string, Refusals>();

  function write({ server, method }: UncheckedRequest, became: Became, facts: Facts): void {
    const { id: session, user } = ref();
    try {
      audit()?.event("server_asked", user, { session, server, method, became, ...facts });
    } catch (error) {
      log.error(messageOf(error));
    }
  }

  function refused(asked: UncheckedRequest, facts: Facts): void {
    const { server } = asked;
    const known = refusals.get(server) ?? {
      rate: createBucket({ ...REFUSALS, ticksMs }),
      untold: 0,
      last: asked,
    };
    refusals.set(server, known);
    known.last = asked;
    if (!known.rate.take()) known.untold++;
    else {
      log.warn("a server's question is not passed on", { server, ...facts });
      write(asked, "refused", known.untold > 0 ? { ...facts, ...counted(known) } : facts);
      known.untold = 0;
    }
  }

  return {
    wrote(asked, became, facts = {}) {
      if (became === "refused") refused(asked, facts);
      else write(asked, became, facts);
    },
    close() {
      for (const known of refusals.values())
        if (known.untold > 0) write(known.last, "refused", counted(known));
      refusals.clear();
    },
  };
}

function counted({ untold }: Refusals): Facts {
  return { before: `${untold} more were refused` };
}
