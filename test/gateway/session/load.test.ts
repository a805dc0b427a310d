import { expect, test } from "vitest";
import { createLoad } from "../../../src/gateway/session/load.ts";

test("requests under way are bounded by number, and each that leaves makes room for one [S-88]", () => {
  const load = createLoad("This session", { requests: 2, bytes: 100 });
  const [first] = [load.enter(1), load.enter(1)];
  expect(() => load.enter(1)).toThrow("This session has 2 requests under way");
  first!.leave();
  first!.leave();
  load.enter(1);
  expect(() => load.enter(1)).toThrow(expect.objectContaining({ code: "requests_full" }));
});

test("requests under way are bounded by their bytes, also of one that is still read [S-88]", () => {
  const load = createLoad("preloop", { requests: 9, bytes: 100 });
  const [first, second] = [load.enter(0), load.enter(50)];
  first!.grow(30);
  expect(() => first!.grow(21)).toThrow("preloop has requests of more than 100 bytes together under way");
  second!.leave();
  first!.grow(70);
});

test("a request that comes alone may be of any size that is read at all", () => {
  const load = createLoad("This session", { requests: 2, bytes: 100 });
  const stay = load.enter(1_000);
  expect(() => load.enter(1)).toThrow("under way");
  stay.leave();
  load.enter(1);
});
