/** Limits of one body, in bytes. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** How much is read before the rest is left; what is over `maxBytes` is dropped. */
  readonly mostRead: number;
  /** Hears of each part before it is kept; may refuse it. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

/** The bytes of a body, or undefined where it is larger than `maxBytes`. */
export async function collectBody(
  parts: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { maxBytes, mostRead, onBytes }: BodyLimits,
): Promise<Buffer | undefined> {
  const kept: Uint8Array[] = [];
  let size = 0;
  for await (const part of parts) {
    size += part.byteLength;
    // A client reads our answer once it has said all, so what is too much is still heard for a while.
    if (size > mostRead) break;
    if (size > maxBytes) continue;
    onBytes?.(part.byteLength);
    kept.push(part);
  }
  return size <= maxBytes ? Buffer.concat(kept) : undefined;
}
