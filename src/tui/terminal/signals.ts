/** Handler of the ways out of the screen that are not its keys: signals, and programs that borrow the terminal. */
export interface Signals {
  /** Ctrl-Z: the terminal back to the shell, and the screen again when the shell says so. */
  suspend(): void;
  /** Lends the terminal to another program while `work` runs. */
  away<T>(work: () => Promise<T>): Promise<T>;
  close(): void;
}

/** Options of signals: who leaves and comes back, and who hears of the end. */
export interface SignalOptions {
  /** Gives the terminal back. */
  readonly leave: () => void;
  /** Takes it again and paints it. */
  readonly come: () => void;
  /** Ends the screen. */
  readonly end: () => void;
}

const ENDING = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

export function createSignals({ leave, come, end }: SignalOptions): Signals {
  let isAway = false;
  // Ctrl-C in an editor reaches the whole group; it is the editor's then.
  const onEnd = (signal: NodeJS.Signals) => {
    if (!isAway || signal !== "SIGINT") end();
  };
  const suspend = () => {
    leave();
    process.off("SIGTSTP", suspend);
    process.kill(0, "SIGTSTP");
  };
  const onContinue = () => {
    process.off("SIGTSTP", suspend).on("SIGTSTP", suspend);
    if (!isAway) come();
  };
  for (const signal of ENDING) process.on(signal, onEnd);
  process.on("SIGTSTP", suspend);
  process.on("SIGCONT", onContinue);
  process.on("uncaughtExceptionMonitor", leave);
  process.on("exit", leave);
  return {
    suspend,
    async away(work) {
      isAway = true;
      leave();
      try {
        return await work();
      } finally {
        isAway = false;
        come();
      }
    },
    close() {
      for (const signal of ENDING) process.off(signal, onEnd);
      process.off("SIGTSTP", suspend);
      process.off("SIGCONT", onContinue);
      process.off("uncaughtExceptionMonitor", leave);
      process.off("exit", leave);
    },
  };
}
