import { messageOf } from "#base";
import type { Db } from "#store";
import { createJournalShipment, type JournalShipmentParts } from "./ship-journal.ts";
import { createShipTimer } from "./ship-timer.ts";

/** Shipper of a living writer: it carries records from its journal to the store, never on the way of a call. */
export interface Shipper {
  /** The journal has grown. */
  grew(): void;
  /** Ships all there is. @throws store_unavailable, audit_broken */
  flush(): Promise<void>;
  readonly isDone: boolean;
  stop(): void;
}

/** Parts that a shipper needs. */
export interface ShipperParts extends JournalShipmentParts {
  readonly store: () => Promise<Db>;
}

const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Ships soon after records came; after a failure, later and later. */
export function createShipper(parts: ShipperParts): Shipper {
  const { journal, log } = parts;
  const shipment = createJournalShipment(parts);
  const timer = createShipTimer(
    () => journal.head.seq,
    () => void flush().catch(() => {}), // flush has said it
  );
  let failures = 0;
  let running: Promise<void> | undefined;
  let isStopped = false;

  function schedule(delayMs: number): void {
    if (!isStopped && !running) timer.set(delayMs);
  }

  function flush(): Promise<void> {
    timer.clear();
    running ??= shipAll().finally(() => {
      running = undefined;
      if (!shipment.isDone()) schedule(Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** failures));
    });
    return running;
  }

  async function shipAll(): Promise<void> {
    try {
      while (!shipment.isDone()) await shipment.shipNext(await parts.store());
    } catch (error) {
      if (failures++ === 0)
        log.warn("audit records wait in the journal", { journal: journal.path, reason: messageOf(error) });
      throw error;
    }
    if (failures > 0) log.info("audit records reach the store again");
    failures = 0;
  }

  return {
    grew() {
      schedule(PAUSE_MS);
    },
    flush,
    get isDone() {
      return shipment.isDone();
    },
    stop() {
      isStopped = true;
      timer.clear();
    },
  };
}
