import { setTimeout as sleep } from "node:timers/promises";
import { type JsonObject, PreloopError } from "#base";
import type { Upstream } from "#upstreams";
import type { RequestContext } from "../context/request-context.ts";

const [SHORTEST_POLL_MS, POLL_MS, LONGEST_POLL_MS] = [100, 1_000, 60_000];

/** A task that a server made of a call of ours. */
export interface FollowedTask {
  readonly upstream: Upstream;
  /** The context of the call. */
  readonly context: RequestContext;
  /** Called before the server gets answers to its questions; what it throws ends the call. */
  readonly beforeRound: () => void;
}

/** Waits from one look at the task to the next; what the server tells ends the wait. */
export interface Watch {
  next(task: JsonObject): Promise<void>;
  end(): void;
}

/** A watch over the server's task of this id. */
export function watchOf(id: string, { upstream, context }: FollowedTask): Watch {
  let alarm = new AbortController();
  const wake = () => alarm.abort();
  const end = context.task?.follow(upstream.name, id, wake) ?? (() => {});
  context.signal.addEventListener("abort", wake, { once: true });
  return {
    end() {
      context.signal.removeEventListener("abort", wake);
      end();
    },
    async next(task) {
      const wanted = task.pollInterval ?? task.pollIntervalMs;
      const ms = Math.max(typeof wanted === "number" ? wanted : POLL_MS, SHORTEST_POLL_MS);
      const { signal } = alarm;
      await sleep(Math.min(ms, LONGEST_POLL_MS), undefined, { signal }).catch(() => {});
      if (context.signal.aborted)
        throw new PreloopError("request_cancelled", "the caller cancelled the call");
      alarm = new AbortController();
    },
  };
}
