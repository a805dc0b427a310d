/** Timer that ends what goes silent: it aborts with a TimeoutError unless it is reset in time. */
export interface IdleTimer {
  readonly signal: AbortSignal;
  reset(): void;
  stop(): void;
}

export function createIdleTimer(ms: number): IdleTimer {
  const controller = new AbortController();
  const end = () => controller.abort(new DOMException("the server is silent", "TimeoutError"));
  let timer = setTimeout(end, ms);
  return {
    signal: controller.signal,
    reset() {
      clearTimeout(timer);
      timer = setTimeout(end, ms);
    },
    stop: () => clearTimeout(timer),
  };
}
