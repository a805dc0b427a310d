import { expect, test } from "vitest";
import { skewFinding } from "../../../src/onboarding/doctor/check-store.ts";

test.for([
  ["the same time", 1_050, "ok", /same time/],
  ["a little behind", 1_000 - 4_000, "ok", /same time/],
  ["behind", 1_000 - 10_000, "warning", /10\.0 s behind/],
  ["ahead", 1_100 + 30_000, "warning", /30\.0 s ahead/],
  ["far ahead", 1_100 + 3_600_000, "broken", /3600\.0 s ahead/],
] as const)("a store whose clock is %s", ([, storeMs, level, text]) => {
  expect(skewFinding(storeMs, 1_000, 1_100)).toMatchObject({
    check: "clock",
    level,
    text: expect.stringMatching(text),
  });
});
