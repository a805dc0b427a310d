/** 32 bits of a text, the same on every machine for ever: stored term numbers and vectors stand on it. */
export function hashOf(text: string, seed: number): number {
  return finish(mix(seed, text, 0, text.length));
}

/** Goes on with a hash over a stretch of a text (FNV-1a over UTF-16 units). */
export function mix(state: number, text: string, from: number, to: number): number {
  let hash = state;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash;
}

/** Spreads the bits, of which FNV leaves the upper ones poor. */
export function finish(state: number): number {
  let hash = state ^ (state >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
