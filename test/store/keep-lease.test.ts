import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { keepLease } from "#store";

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

test("a lease is renewed until it is let go", async () => {
  let renewals = 0;
  const renew = async () => {
    renewals++;
    return true;
  };
  const kept = keepLease(renew, { forMs: 8 });
  while (renewals < 3) await sleep(1);
  expect(kept.signal.aborted).toBe(false);
  kept.letGo();
  expect([kept.signal.aborted, kept.isLost()]).toEqual([true, false]);
  const before = renewals;
  await sleep(20);
  expect(renewals).toBe(before);
});

test("a lease that another has taken ends the work; a store that is away does not", async () => {
  const answers = [Promise.reject(new Error("away")), Promise.resolve(true), Promise.resolve(false)];
  answers[0]!.catch(() => {});
  const kept = keepLease(() => answers.shift() ?? Promise.resolve(false), { forMs: 8 });
  await aborted(kept.signal);
  expect([answers.length, kept.isLost()]).toEqual([0, true]);
  kept.letGo();
});

test("a caller that gives up ends the work, and nothing is lost", () => {
  const caller = new AbortController();
  const kept = keepLease(async () => true, { forMs: 60_000, signal: caller.signal });
  caller.abort();
  expect([kept.signal.aborted, kept.isLost()]).toEqual([true, false]);
  kept.letGo();
  const late = keepLease(async () => true, { forMs: 60_000, signal: caller.signal });
  expect(late.signal.aborted).toBe(true);
  late.letGo();
});
