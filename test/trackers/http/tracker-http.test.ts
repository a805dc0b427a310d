import { afterEach, beforeEach, expect, test } from "vitest";
import { createLog, type ErrorCode, type PreloopError } from "#base";
import { createLimiters } from "#trackers";
import { createTrackerHttp } from "../../../src/trackers/http/tracker-http.ts";
import type { RetryPolicy, TrackerHttp } from "../../../src/trackers/http/types.ts";
import type { Fault } from "../servers/faults.ts";
import { type Served, serve } from "../servers/serve.ts";
import { quickTime } from "../support/time.ts";

const TOKEN = "s3cret-t0ken-value";
let server: Served;
let time: ReturnType<typeof quickTime>;
let done: unknown[];
let lines: string[];
const clients: TrackerHttp[] = [];

beforeEach(async () => {
  [done, lines, time] = [[], [], quickTime()];
  server = await serve({
    base: "/api",
    answer: ({ method, body }) => {
      if (method === "POST") done.push(body);
      return { status: 200, body: { fine: true } };
    },
  });
});

afterEach(async () => {
  for (const http of clients.splice(0)) http.close();
  await server.close();
});

function open(retryPolicy: Partial<RetryPolicy> = {}, limiters = createLimiters(time)): TrackerHttp {
  const http = createTrackerHttp({
    tracker: "acme",
    baseUrl: `${server.origin}/api`,
    credential: TOKEN,
    secrets: [TOKEN],
    log: createLog("DEBUG", (line) => lines.push(line)),
    time,
    limiters,
    retryPolicy: { timeoutMs: 20_000, attempts: 4, maxWaitMs: 30_000, writeGapMs: 0, ...retryPolicy },
  });
  clients.push(http);
  return http;
}

const read = () => ({
  method: "GET",
  url: `${server.origin}/api/things`,
  about: "things",
  headers: { authorization: TOKEN },
});
const write = () => ({ ...read(), method: "POST", about: "a new thing", body: "{}" });

async function failure(promise: Promise<unknown>): Promise<PreloopError> {
  const error = await promise.then(
    () => expect.fail("it did not fail"),
    (reason: PreloopError) => reason,
  );
  expect(error.message).toContain("acme");
  const all = `${error.message} ${JSON.stringify(error.data)} ${error.stack} ${String(error.cause)} ${lines.join()}`;
  expect(all).not.toContain(TOKEN);
  return error;
}

const passing: [string, Fault][] = [
  ["a 500", { kind: "answer", status: 500 }],
  ["a 502", { kind: "lost", status: 502 }],
  ["a web page with a 503", { kind: "page", status: 503 }],
  ["half a JSON", { kind: "cut" }],
  ["a hang-up", { kind: "hang-up", when: "before" }],
  ["a 429", { kind: "answer", status: 429, body: "Retry later" }],
  ["a 429 with a time", { kind: "answer", status: 429, headers: { "retry-after": "7" } }],
  ["a 403 with a time", { kind: "answer", status: 403, headers: { "retry-after": "7" } }],
  [
    "GitHub's secondary limit",
    { kind: "answer", status: 403, body: { message: "You have exceeded a secondary rate limit." } },
  ],
];

test.for(passing)("a read outlives %s", async ([, fault]) => {
  server.faults.add({ fault, times: 2 });
  expect((await open({ maxWaitMs: 60_000 }).send(read())).data).toEqual({ fine: true });
  expect(server.requests).toHaveLength(3);
});

test.for(passing)("a write is sent once, though it meets %s", async ([, fault]) => {
  server.faults.add({ fault, times: 2 });
  await failure(open().send(write()));
  expect(server.requests).toHaveLength(1);
});

test.for<[string, Fault, ErrorCode, string]>([
  ["a 500", { kind: "answer", status: 500 }, "tracker_failed", "after 4 attempts: it answered 500"],
  ["half a JSON", { kind: "cut" }, "tracker_failed", "its answer is no whole JSON"],
  ["a hang-up", { kind: "hang-up", when: "before" }, "tracker_failed", "after 4 attempts"],
  ["a 429", { kind: "answer", status: 429 }, "tracker_limited", "ask again later"],
])("a read gives up on %s that does not end", async ([, fault, code, words]) => {
  server.faults.add({ fault, times: 100 });
  const error = await failure(open().send(read()));
  expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  expect(server.requests).toHaveLength(4);
});

test.for<[string, Fault, ErrorCode, string]>([
  ["a login page", { kind: "page" }, "tracker_failed", "web page"],
  ["a 404 that is a web page", { kind: "page", status: 404 }, "tracker_failed", "web page"],
  [
    "a 401",
    { kind: "answer", status: 401, body: { message: `Bad ${TOKEN}` } },
    "tracker_refused",
    "make a new one",
  ],
  ["a 403", { kind: "answer", status: 403, body: { message: "No" } }, "tracker_refused", '("No")'],
  [
    "a redirect to another host",
    { kind: "answer", status: 302, headers: { location: "https://login.example.com/?next=x" } },
    "tracker_failed",
    "https://login.example.com",
  ],
])("%s is told at once", async ([, fault, code, words]) => {
  server.faults.add({ fault, times: 100 });
  const error = await failure(open().send(read()));
  expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
  expect(server.requests).toHaveLength(1);
});

test.for<[string, Fault]>([
  ["a hang-up", { kind: "hang-up", when: "after" }],
  ["a 502 of a proxy", { kind: "lost", status: 502 }],
  ["half an answer", { kind: "cut" }],
])(
  "a write whose answer is lost by %s happens once, and the error says that it may have",
  async ([, fault]) => {
    server.faults.add({ fault });
    const error = await failure(open().send(write()));
    expect(error).toMatchObject({ code: "tracker_failed", data: { outcome: "unknown" } });
    expect(error.message).toContain("may have been done");
    expect(done).toHaveLength(1);
  },
);

test("a host that is not there is no unknown outcome", async () => {
  const { origin } = server;
  await server.close();
  const error = await failure(open().send({ ...write(), url: `${origin}/api/things` }));
  expect(error).toMatchObject({ code: "tracker_failed" });
  expect(error.data.outcome).toBeUndefined();
});

test("the wait a host asks for is kept, by everybody who uses its token", async () => {
  const limiters = createLimiters(time);
  server.faults.add({ fault: { kind: "answer", status: 429, headers: { "retry-after": "20" } } });
  await failure(open({}, limiters).send(write()));
  await open({}, limiters).send(read());
  expect(time.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(20_000);
  expect(server.requests).toHaveLength(2);
});

test("a wait beyond patience is an error that says when, and nothing more is asked until then", async () => {
  const limiters = createLimiters(time);
  server.faults.add({ fault: { kind: "answer", status: 403, headers: { "retry-after": "3600" } } });
  const first = await failure(open({}, limiters).send(read()));
  const second = await failure(open({}, limiters).send(read()));
  for (const error of [first, second]) {
    expect(error).toMatchObject({ code: "tracker_limited", message: expect.stringContaining("in 60 min") });
    expect(error.data.retryAt).toBe("2026-03-01T13:00:00.000Z");
  }
  expect(server.requests).toHaveLength(1);
  expect(time.slept).toEqual([]);
});

test.each([
  ["years", "99999999999"],
  ["more than a number holds", "9".repeat(400)],
  ["another century", "Fri, 01 Mar 2126 12:00:00 GMT"],
])("a wait of %s holds for an hour, not until a restart", async (_, wait) => {
  const limiters = createLimiters(time);
  server.faults.add({ fault: { kind: "answer", status: 429, headers: { "retry-after": wait } } });
  const error = await failure(open({}, limiters).send(read()));
  expect(error).toMatchObject({ code: "tracker_limited", data: { retryAt: "2026-03-01T13:00:00.000Z" } });
  await time.sleep(60 * 60_000);
  expect((await open({}, limiters).send(read())).data).toEqual({ fine: true });
});

test("an answer without end is not read to the end, nor asked for again", async () => {
  server.faults.add({ fault: { kind: "answer", status: 200, body: "7".repeat(65 * 1024 * 1024) } });
  const error = await failure(open().send(read()));
  expect(error).toMatchObject({ code: "tracker_failed", message: expect.stringContaining("64 MB") });
  expect(server.requests).toHaveLength(1);
});

test("GitHub's secondary limit without a time means a minute", async () => {
  const body = { message: "You have exceeded a secondary rate limit." };
  server.faults.add({ fault: { kind: "answer", status: 403, body } });
  const error = await failure(open().send(read()));
  expect(error).toMatchObject({ code: "tracker_limited", data: { retryAt: "2026-03-01T12:01:00.000Z" } });
  server.faults.add({ fault: { kind: "answer", status: 403, body } });
  await open({ maxWaitMs: 60_000 }).send(read());
  expect(time.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(60_000);
});

test("a spent budget is waited for before the next call, in the server's own time", async () => {
  const headers = {
    date: "Sun, 01 Mar 2026 20:00:00 GMT", // eight hours ahead of ours
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(Date.parse("2026-03-01T20:00:10Z") / 1_000),
  };
  server.faults.add({ fault: { kind: "answer", status: 200, headers, body: { last: true } } });
  const http = open();
  expect((await http.send(read())).data).toEqual({ last: true });
  await http.send(read());
  expect(time.slept).toEqual([11_000]);
});

test("writes come one after the other, with the pause the vendor asks for", async () => {
  const http = open({ writeGapMs: 1_000 });
  await Promise.all([http.send(write()), http.send(write()), http.send(write())]);
  expect(time.slept).toEqual([1_000, 1_000]);
});

test("a host that stays silent is left after the timeout", async () => {
  server.faults.add({ fault: { kind: "silence" }, times: 9 });
  const error = await failure(open({ timeoutMs: 50, attempts: 2 }).send(read()));
  expect(error.message).toContain("nothing came for 50 ms");
  expect(server.requests).toHaveLength(2);
});

test.for(["while waiting for an answer", "before it begins", "by close"])(
  "a call is cancelled %s",
  async (when) => {
    server.faults.add({ fault: { kind: "silence" }, times: 9 });
    const [http, user] = [open(), new AbortController()];
    if (when === "before it begins") user.abort();
    const call = failure(http.send({ ...read(), signal: user.signal }));
    if (when === "while waiting for an answer") await expect.poll(() => server.requests.length).toBe(1);
    if (when === "by close") http.close();
    else user.abort();
    expect(await call).toMatchObject({ code: "request_cancelled" });
  },
);

test("calls that wait in line leave it when they are cancelled, and the others go on", async () => {
  server.faults.add({ fault: { kind: "silence" } });
  const [http, first, second] = [open(), new AbortController(), new AbortController()];
  const stuck = failure(http.send({ ...write(), signal: first.signal }));
  await expect.poll(() => server.requests.length).toBe(1);
  const behind = failure(http.send({ ...write(), signal: second.signal }));
  const last = http.send(write());
  second.abort();
  expect(await behind).toMatchObject({ code: "request_cancelled" });
  first.abort();
  expect(await stuck).toMatchObject({ code: "request_cancelled" });
  expect((await last).status).toBe(200);
});

test("a redirect within the host is followed, and the answer says where it came from", async () => {
  const location = "/api/elsewhere/7";
  server.faults.add({ fault: { kind: "answer", status: 301, headers: { location } } });
  expect((await open().send(read())).url).toBe(`${server.origin}${location}`);
});

test("a write is not turned into a read by a redirect", async () => {
  server.faults.add({ fault: { kind: "answer", status: 302, headers: { location: "/api/elsewhere" } } });
  await failure(open().send(write()));
  expect(server.requests).toHaveLength(1);
});

test("nothing goes to another host, for the token would go with it", async () => {
  await failure(open().send({ ...read(), url: "http://localhost:1/api/things" }));
  expect(server.requests).toHaveLength(0);
});

test("a library gets the answer in the shape of fetch", async () => {
  const response = await open().asFetch({ about: "things" })(`${server.origin}/api/things?page=2`, {
    headers: { accept: "application/json" },
  });
  expect([response.status, response.url, await response.json()]).toEqual([
    200,
    `${server.origin}/api/things?page=2`,
    { fine: true },
  ]);
});
