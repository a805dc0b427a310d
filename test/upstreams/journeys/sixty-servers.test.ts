import { expect, test } from "vitest";
import { isAlive } from "#base";
import { call, fixture, start, testHost } from "../support.ts";

const COUNT = 60;

test("sixty servers at once are all listed and called, and nothing is left of them", {
  timeout: 120_000,
}, async () => {
  const warnings: string[] = [];
  const note = (warning: Error) => void warnings.push(warning.message);
  process.on("warning", note);
  const times = { openMs: 100_000 };
  const upstreams = Array.from({ length: COUNT }, (_, at) =>
    // Some of them are in no shape to serve anybody; they cost nobody but themselves.
    at % 20 === 19
      ? start(fixture("bad-server.mjs", "silent"), { name: `s${at}`, times: { openMs: 500 } })
      : start(fixture("bad-server.mjs", "plain"), { name: `s${at}`, host: testHost(), times }),
  );
  const good = upstreams.filter((_, at) => at % 20 !== 19);
  const pids = await Promise.all(good.map((upstream) => call(upstream, "pid")));
  expect(new Set(pids).size).toBe(good.length);
  const listings = await Promise.all(
    good.map((upstream) => upstream.request({ method: "tools/list", params: "{}" })),
  );
  expect(listings.filter(({ text }) => text.includes('"pid"'))).toHaveLength(good.length);
  await Promise.all(upstreams.map((upstream) => upstream.close()));
  expect(pids.map(Number).filter(isAlive)).toEqual([]);
  process.off("warning", note);
  expect(warnings).toEqual([]);
});
