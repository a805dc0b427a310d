import { expect, test } from "vitest";
import { createWaiter } from "#base";

const LONG_MS = 60_000;

test("a notification ends the wait", async () => {
  const waiter = createWaiter();
  const waiting = waiter.wait(LONG_MS);
  waiter.notify();
  await waiting;
});

test("a change that came between two waits ends the next one, once", async () => {
  const waiter = createWaiter();
  waiter.notify();
  waiter.notify();
  await waiter.wait(LONG_MS);
  const began = performance.now();
  await waiter.wait(20);
  expect(performance.now() - began).toBeGreaterThan(15);
});

test("a signal ends the wait, and leaves no listener behind", async () => {
  const waiter = createWaiter();
  const stop = new AbortController();
  const listeners = new Set<unknown>();
  const signal = {
    get aborted() {
      return stop.signal.aborted;
    },
    addEventListener(type: "abort", listener: () => void) {
      listeners.add(listener);
      stop.signal.addEventListener(type, listener);
    },
    removeEventListener(type: "abort", listener: () => void) {
      listeners.delete(listener);
      stop.signal.removeEventListener(type, listener);
    },
  };
  await waiter.wait(1, signal);
  expect(listeners.size).toBe(0);
  const waiting = waiter.wait(LONG_MS, signal);
  stop.abort();
  await waiting;
  expect(listeners.size).toBe(0);
  await waiter.wait(LONG_MS, signal);
});
