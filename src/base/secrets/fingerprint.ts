import { createHmac } from "node:crypto";

/** A few characters that are the same for the same secret, and tell nothing to whoever lacks the key. */
export type Fingerprint = (secret: string) => string;

// Enough to tell the secrets of a day apart, and too little to check a guess against many of them.
const CHARACTERS = 8;

/** HMAC-SHA-256 under a key derived from the secret key for this purpose alone, cut short. */
export function createFingerprint(secretKey: Uint8Array): Fingerprint {
  const key = createHmac("sha256", secretKey).update("preloop mask fingerprint 1").digest();
  return (secret) => createHmac("sha256", key).update(secret).digest("hex").slice(0, CHARACTERS);
}
