import { hash } from "node:crypto";

/** HMAC-SHA-256 (RFC 2104) of a text, in hex. */
export type KeyedHash = (text: string) => string;

const BLOCK = 64;
const DIGEST = 32;

/**
 * A keyed hash made of two plain ones over buffers of our own. Node's Hmac objects are collected at a higher price than
 * the hash itself, and each call would leave four of them. The key is one block long at most, as a digest is.
 */
export function createKeyedHash(key: Uint8Array): KeyedHash {
  let inner = padded(key, 0x36, 8 * 1024);
  const outer = padded(key, 0x5c, DIGEST);
  return (text) => {
    // UTF-8 takes three bytes at most for what JavaScript counts as one.
    if (inner.length < BLOCK + 3 * text.length) inner = padded(key, 0x36, 6 * text.length);
    const end = BLOCK + inner.write(text, BLOCK);
    outer.write(hash("sha256", inner.subarray(0, end), "hex"), BLOCK, "hex");
    return hash("sha256", outer, "hex");
  };
}

function padded(key: Uint8Array, pad: number, room: number): Buffer {
  const bytes = Buffer.alloc(BLOCK + room);
  bytes.set(key);
  for (let at = 0; at < BLOCK; at++) bytes[at]! ^= pad;
  return bytes;
}
