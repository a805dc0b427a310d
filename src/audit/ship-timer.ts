/** Timer of a shipper: it fires after a pause, or when the burst of records that goes on then is over. */
export interface ShipTimer {
  /** Fires after a pause, unless it is set already. */
  set(delayMs: number): void;
  clear(): void;
}

/** A burst of calls is shipped when it is over, for the store works on the same machine; but none waits longer. */
const LONGEST_BURST_MS = 5_000;
const BURST_LOOK_MS = 250;

/** Takes how many records there are, to tell whether more keep coming. */
export function createShipTimer(countRecords: () => number, fire: () => void): ShipTimer {
  let timer: NodeJS.Timeout | undefined;
  let seen = 0;

  function fireAfterBurst(latestMs: number): void {
    const count = countRecords();
    const isBurst = count > seen && performance.now() < latestMs;
    seen = count;
    timer = isBurst ? setTimeout(fireAfterBurst, BURST_LOOK_MS, latestMs).unref() : undefined;
    if (!isBurst) fire();
  }

  return {
    set(delayMs) {
      if (timer) return;
      seen = countRecords();
      timer = setTimeout(fireAfterBurst, delayMs, performance.now() + LONGEST_BURST_MS).unref();
    },
    clear() {
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
