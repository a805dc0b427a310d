import { numberOf } from "../equal.ts";
import { misfit, spend } from "../run.ts";
import type { Keywords, SchemaCheck } from "../types.ts";

/** `minLength`, `maxLength`, `pattern`. A `format` says what a text means, and is not checked. */
export const stringKeywords: Keywords = ({ minLength, maxLength, pattern }, at) => {
  const matches = typeof pattern === "string" ? at.pattern(pattern) : undefined;
  return [
    ...lengthCheck(numberOf(minLength), numberOf(maxLength)),
    ...(matches
      ? [
          ((value, run) =>
            typeof value !== "string" ||
            matches(value, run) ||
            misfit(run, `must match pattern ${cut(pattern as string)}`)) satisfies SchemaCheck,
        ]
      : []),
  ];
};

function lengthCheck(min: number | undefined, max: number | undefined): readonly SchemaCheck[] {
  if (min === undefined && max === undefined) return [];
  return [
    (value, run) => {
      if (typeof value !== "string") return true;
      spend(run, value.length >> 6);
      const length = countCharacters(value);
      if (min !== undefined && length < min) return misfit(run, `must NOT have fewer than ${min} characters`);
      if (max !== undefined && length > max) return misfit(run, `must NOT have more than ${max} characters`);
      return true;
    },
  ];
}

function countCharacters(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at++) {
    const isPair = (text.charCodeAt(at) & 0xfc00) === 0xd800 && (text.charCodeAt(at + 1) & 0xfc00) === 0xdc00;
    if (isPair) {
      count--;
      at++;
    }
  }
  return count;
}

function cut(pattern: string): string {
  return JSON.stringify(pattern.length > 60 ? `${pattern.slice(0, 60)}…` : pattern);
}
