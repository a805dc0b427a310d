/** Wakeup of one loop, which sleeps until something happens. */
export interface Wakeup {
  wake(): void;
  /** Resolves at the next wake since the last call, or after `ms`. */
  wait(ms: number): Promise<void>;
}

export function createWakeup(): Wakeup {
  let isDue = false;
  let resume: (() => void) | undefined;
  return {
    wake() {
      isDue = true;
      resume?.();
    },
    async wait(ms) {
      if (!isDue)
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          resume = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      isDue = false;
      resume = undefined;
    },
  };
}
