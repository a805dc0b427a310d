import { type Log, messageOf } from "#base";
import { type Db, renewLeases, sweepApprovals } from "#store";

/** One live process's sign of life, and its share of what must happen when nobody looks. */
export interface Heartbeat {
  /** Keeps an approval's lease alive until the returned function is called; of one that runs, only for who runs it. */
  hold(id: string, as: "waiting" | "running"): () => void;
  /**
   * A sign of life at once, for whoever looks at what it holds: a machine that slept past the lease would otherwise
   * cancel its own questions. Costs the store nothing when the last one is fresh.
   */
  renew(): Promise<void>;
  /** No more signs of life for the session; held approvals keep theirs until they are let go. */
  end(): void;
}

export interface HeartbeatOptions {
  readonly db: Db;
  readonly sessionId: string;
  readonly leaseMs: number;
  readonly sessionMs: number;
  readonly log: Log;
}

// An idle process writes to the store once in so many beats.
const IDLE_BEATS = 6;

export function createHeartbeat(options: HeartbeatOptions): Heartbeat {
  const { db, sessionId, leaseMs, sessionMs, log } = options;
  const held = new Set<{ readonly id: string; readonly as: "waiting" | "running" }>();
  let beats = 0;
  let hasEnded = false;
  let isBusy = false;

  async function renew(): Promise<void> {
    const ids = [...new Set([...held].map(({ id }) => id))];
    const running = [...held].filter(({ as }) => as === "running").map(({ id }) => id);
    await renewLeases(db, { sessionId, sessionMs: hasEnded ? 0 : sessionMs, ids, running, ms: leaseMs });
  }

  async function beat(): Promise<void> {
    beats++;
    const isIdle = held.size === 0;
    if (isBusy || (isIdle && beats % IDLE_BEATS !== 0)) return;
    isBusy = true;
    try {
      await renew();
      if (beats % IDLE_BEATS === 0) await sweepApprovals(db);
    } catch (error) {
      log.debug("the store did not take a sign of life", { error: messageOf(error) });
    } finally {
      isBusy = false;
    }
  }

  const timer = setInterval(() => void beat(), leaseMs / 3);
  timer.unref();

  function stopWhenDone(): void {
    if (hasEnded && held.size === 0) clearInterval(timer);
  }

  return {
    renew,
    hold(id, as) {
      const grip = { id, as };
      held.add(grip);
      return () => {
        held.delete(grip);
        stopWhenDone();
      };
    },
    end() {
      hasEnded = true;
      stopWhenDone();
    },
  };
}
