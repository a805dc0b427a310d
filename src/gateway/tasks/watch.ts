import { createWaiter, type JsonObject, PreloopError } from "#base";
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
  const { notify, wait } = createWaiter();
  const end = context.task?.follow(upstream.name, id, notify) ?? (() => {});
  context.signal.addEventListener("abort", notify, { once: true });
  return {
    end() {
      context.signal.removeEventListener("abort", notify);
      end();
    },
    async next(task) {
      const wanted = task.pollInterval ?? task.pollIntervalMs;
      const ms = Math.max(typeof wanted === "number" ? wanted : POLL_MS, SHORTEST_POLL_MS);
      await wait(Math.min(ms, LONGEST_POLL_MS));
      if (context.signal.aborted)
        throw new PreloopError("request_cancelled", "the caller cancelled the call");
    },
  };
}
