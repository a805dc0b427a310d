/** The replies on their way into the store as delivered. */
export interface Deliveries {
  /** Notes one; returns it. */
  record(delivery: Promise<void>): Promise<void>;
  /** Resolves when the store knows of all that were noted, or cannot. */
  recorded(): Promise<void>;
}

/** No delivery yet. */
export function createDeliveries(): Deliveries {
  const open = new Set<Promise<void>>();
  return {
    record(delivery) {
      open.add(delivery);
      void delivery.catch(() => {}).finally(() => open.delete(delivery));
      return delivery;
    },
    // A client may repeat a call the moment it has the reply, before the store knows that it has it.
    recorded: async () => void (await Promise.allSettled(open)),
  };
}
