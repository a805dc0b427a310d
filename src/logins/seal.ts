import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { PreloopError } from "#base";

const VERSION = "v1.";
const PURPOSE = "preloop server logins v1";
const [IV_BYTES, TAG_BYTES] = [12, 16];

/** Encrypts with a key made from the secret key for logins alone; `place` is where the text will be kept. */
export function seal(secretKey: Uint8Array, associatedData: string, text: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv("aes-256-gcm", keyFrom(secretKey), iv);
  cipher.setAAD(Buffer.from(associatedData));
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return VERSION + Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64url");
}

/** @throws login_failed when it was sealed by another key, for another place, or changed since */
export function unseal(secretKey: Uint8Array, associatedData: string, sealed: string): string {
  try {
    if (!sealed.startsWith(VERSION)) throw new Error("unknown version");
    const bytes = Buffer.from(sealed.slice(VERSION.length), "base64url");
    const decipher = createDecipheriv("aes-256-gcm", keyFrom(secretKey), bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(associatedData));
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    const body = bytes.subarray(IV_BYTES + TAG_BYTES);
    return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new PreloopError("login_failed", "The login in the store cannot be read with this SECRET_KEY", {
      cause,
    });
  }
}

function keyFrom(secretKey: Uint8Array): Buffer {
  return Buffer.from(hkdfSync("sha256", secretKey, "", PURPOSE, 32));
}
