import { randomBytes, randomInt } from "node:crypto";

// Crockford's base32, lower case: no i, l, o, u, so an id read aloud or typed from a phone stays itself.
const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";

/** A random id of `length` characters that people can type; whoever stores it retries on a clash. */
export function shortId(length = 6): string {
  return Array.from({ length }, () => ALPHABET[randomInt(32)]).join("");
}

/** 256 random bits for tokens and secrets, URL-safe. */
export function secretToken(): string {
  return randomBytes(32).toString("base64url");
}
