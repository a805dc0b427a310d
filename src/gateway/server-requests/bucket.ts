/** A token bucket: so many at once, and then so many a second. */
export interface Bucket {
  /** False when there is none left. */
  take(): boolean;
}

export interface BucketOptions {
  readonly size: number;
  readonly perSecond: number;
  readonly ticksMs: () => number;
}

/** Full. */
export function createBucket({ size, perSecond, ticksMs }: BucketOptions): Bucket {
  let left = size;
  let at = ticksMs();
  return {
    take() {
      const now = ticksMs();
      left = Math.min(size, left + ((now - at) * perSecond) / 1_000);
      at = now;
      if (left < 1) return false;
      left--;
      return true;
    },
  };
}
