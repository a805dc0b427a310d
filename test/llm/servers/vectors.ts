import { createHash } from "node:crypto";

/** Unit vectors by the words of a text: equal texts get equal ones, texts that share words get near ones. */
export function vectorOf(text: string, dimensions: number, salt = ""): number[] {
  const sum = new Array<number>(dimensions).fill(0);
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  for (const word of words) {
    const hash = createHash("sha256").update(`${salt}\0${word}`).digest();
    for (let at = 0; at < 4; at++) {
      const place = hash.readUInt32BE(at * 4) % dimensions;
      sum[place]! += hash[16 + at]! % 2 === 0 ? 1 : -1;
    }
  }
  const norm = Math.hypot(...sum);
  if (norm === 0) return sum.map((_, at) => (at === 0 ? 1 : 0));
  return sum.map((value) => value / norm);
}
