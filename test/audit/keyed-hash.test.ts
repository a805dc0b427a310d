import { createHmac, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createKeyedHash } from "../../src/audit/keyed-hash.ts";

test("the keyed hash is HMAC-SHA-256, whatever the text and whatever came before it", () => {
  const key = randomBytes(32);
  const keyed = createKeyedHash(key);
  const texts = ["", "a", "é\u2028\u{1f600}".repeat(50), "long ".repeat(10_000), "a", "\u20ac".repeat(2_731)];
  for (const text of texts) expect(keyed(text)).toBe(createHmac("sha256", key).update(text).digest("hex"));
});
