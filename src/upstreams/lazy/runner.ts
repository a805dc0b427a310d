import type { Log } from "#base";
import type { Upstream } from "../types.ts";

/** The running of a server that is started when it is needed, and stopped when it has had nothing to do for a while. */
export interface Runner {
  /** The server, while it runs. */
  readonly live: Upstream | undefined;
  /** The server, started where it does not run. */
  start(): Upstream;
  /** Something goes on at the server, which is not stopped before the result is called. */
  retain(): () => void;
  /** Counts from now on how long it has had nothing to do. */
  rearm(): void;
  /** Ends the server that runs. */
  close(): Promise<void>;
  /** Resolves when nothing is left of those that were stopped before. */
  left(): Promise<void>;
}

/** The means of running a server. */
export interface RunnerOptions {
  readonly name: string;
  readonly log: Log;
  /** How long a server may have nothing to do before it is stopped; undefined lets it run. */
  readonly idleMs: number | undefined;
  readonly create: () => Upstream;
  /** True while a server without requests must run all the same. */
  readonly isNeeded: () => boolean;
}

/** A server that does not run yet. */
export function createRunner({ name, log, idleMs, create, isNeeded }: RunnerOptions): Runner {
  const leaving = new Set<Promise<void>>();
  let live: Upstream | undefined;
  let underWay = 0;
  let idle: NodeJS.Timeout | undefined;

  function stop(): void {
    if (live?.state.kind !== "ready" || isNeeded()) {
      rearm();
      return;
    }
    log.debug("a server with nothing to do is stopped", { server: name });
    const ended = live;
    live = undefined; // first, so that its end is not taken for the runner's
    const ending = ended.close();
    leaving.add(ending);
    void ending.finally(() => leaving.delete(ending));
  }
  function rearm(): void {
    clearTimeout(idle);
    if (idleMs === undefined || underWay > 0 || !live) return;
    idle = setTimeout(stop, idleMs);
    idle.unref();
  }

  return {
    get live() {
      return live;
    },
    start() {
      if (live) return live;
      log.debug("a server is started", { server: name });
      live = create();
      return live;
    },
    retain() {
      underWay++;
      clearTimeout(idle);
      return () => {
        underWay--;
        rearm();
      };
    },
    rearm,
    async close() {
      clearTimeout(idle);
      await live?.close();
    },
    left: async () => void (await Promise.all(leaving)),
  };
}
