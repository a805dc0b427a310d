import { expect, test } from "vitest";
import { abortSignalOf, createCanceller } from "#base";

test("a canceller tells everybody who still listens, once", () => {
  const { signal, cancel } = createCanceller();
  const heard: string[] = [];
  const gone = () => heard.push("gone");
  signal.addEventListener("abort", () => heard.push("first"), { once: true });
  signal.addEventListener("abort", gone);
  signal.removeEventListener("abort", gone);
  expect(signal.aborted).toBe(false);
  cancel();
  cancel();
  expect(signal.aborted).toBe(true);
  expect(heard).toEqual(["first"]);
});

test("the platform's signal has the same news, whether it comes before or after", () => {
  const early = createCanceller();
  early.cancel();
  expect(abortSignalOf(early.signal).aborted).toBe(true);
  const late = createCanceller();
  const signal = abortSignalOf(late.signal);
  expect(signal.aborted).toBe(false);
  late.cancel();
  expect(signal.aborted).toBe(true);
  expect(abortSignalOf(signal)).toBe(signal);
});

test("a listener that throws does not keep the others from hearing", () => {
  const { signal, cancel } = createCanceller();
  const heard: string[] = [];
  signal.addEventListener("abort", () => {
    throw new Error("no");
  });
  signal.addEventListener("abort", () => heard.push("second"));
  expect(cancel).toThrow("no");
  expect(heard).toEqual(["second"]);
  expect(cancel).not.toThrow();
});
