import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ROOT } from "../support/run-preloop.ts";
import { CLIENTS } from "./support/clients.ts";
import { connectEra, type EraClient } from "./support/era-client.ts";
import { type HttpProcess, startHttp } from "./support/over-http.ts";
import { makePlace, type Place } from "./support/place.ts";

// Each client starts preloop and its servers; on a busy machine that alone can take long.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const fixture = (name: string) => ({
  command: process.execPath,
  args: [path.join(ROOT, "test/fixtures", name)],
});
const servers = () => ({ old: fixture("era-legacy.mjs"), new: fixture("era-modern.mjs") });

const SERVERS = [
  { server: "old", era: "legacy" },
  { server: "new", era: "modern" },
] as const;

let here: Place;
let preloop: HttpProcess;
beforeAll(async () => {
  here = await makePlace({ servers, policy: { default: "allow" } });
  preloop = await startHttp(here);
});
afterAll(async () => {
  await preloop?.stop();
  await here?.remove();
});

const WAYS = CLIENTS.flatMap((kind) => [
  { kind, over: "stdio" },
  { kind, over: "HTTP" },
]);

describe.for(WAYS)("behind a client of $kind over $over", ({ kind, over }) => {
  let client: EraClient;
  beforeAll(async () => {
    client = await connectEra(kind, here, undefined, over === "HTTP" ? preloop.url : undefined);
    await client.toolNames();
  });
  afterAll(async () => {
    await client?.close();
  });

  describe.for(SERVERS)("a server of the $era era", ({ server }) => {
    const note = (name: string) => `note://${server}/${name}`;
    const call: EraClient["call"] = (tool, ...rest) => client.call(`${server}__${tool}`, ...rest);

    test("lists its tools and answers calls", async () => {
      expect(await client.toolNames()).toContain(`${server}__echo`);
      expect(await call("echo", { text: "hello" })).toBe("hello");
    });

    test("asks the client's person, who sees which server asks", async () => {
      expect(await call("elicit")).toBe("blue");
      expect(client.asked).toContain(`[${server}] Which colour?`);
    });

    test("asks the client's model", async () => {
      expect(await call("sample")).toBe("green");
    });

    test("asks for the client's roots", async () => {
      expect(await call("roots")).toEqual([{ uri: "file:///work", name: "work" }]);
    });

    test("asks for several things at once", async () => {
      expect(await call("several")).toEqual(["blue", "green"]);
    });

    test("asks again and again, within limits", async () => {
      expect(await call("rounds", { count: 5 })).toEqual(Array(5).fill("blue"));
    });

    test("asks while a prompt is got and a resource is read", async () => {
      expect(await client.getPrompt(`${server}__greet`)).toBe("blue");
      expect(await client.readResource(note("asking"))).toBe("blue");
    });

    test("tells of its progress, and none is lost", async () => {
      const steps: number[] = [];
      const onprogress = ({ progress }: { progress: number }) => steps.push(progress);
      expect(await call("count", { to: 3 }, { onprogress })).toBe("counted");
      // SDK clients drop progress that comes in one chunk with the result, so only the order is theirs to show.
      expect([1, 2, 3].filter((step) => steps.includes(step))).toEqual(steps);
    });

    test("hears that a call was cancelled", async () => {
      const abort = new AbortController();
      const hanging = call("hang", {}, { signal: abort.signal }).catch(() => "gone");
      await expect.poll(async () => ((await call("seen")) as Seen).runs).toContain("hang");
      abort.abort();
      expect(await hanging).toBe("gone");
      await expect.poll(async () => ((await call("seen")) as Seen).cancelled).toBe(1);
    });

    test("reads a resource, and completes the arguments of a template", async () => {
      expect(await client.readResource(note("one"))).toBe("one");
      expect(await client.complete(note("by/{colour}"))).toEqual(["red", "green"]);
    });

    test("logs at the level the client wants", async () => {
      await client.setLevel("info");
      await call("log");
      const mine = (params: Readonly<Record<string, unknown>>) => params.data === "a warning line";
      expect(await client.hears("notifications/message", mine)).toMatchObject({ level: "warning" });
      expect(client.told).not.toContainEqual(
        expect.objectContaining({ params: expect.objectContaining({ level: "debug" }) }),
      );
    });

    test("tells of a changed resource that is watched", async () => {
      const unwatch = await client.watch(note("one"));
      const mine = (params: Readonly<Record<string, unknown>>) => params.uri === note("one");
      await expect
        .poll(
          async () => {
            await call("touch");
            return client.told.some((one) => mine(one.params));
          },
          { timeout: 10_000 },
        )
        .toBe(true);
      await unwatch();
    });

    test("tells of a new tool", async () => {
      const unwatch = await client.watch(note("one"));
      await call("grow");
      await client.hears("notifications/tools/list_changed");
      await expect.poll(() => client.toolNames()).toContain(`${server}__grown`);
      await unwatch();
    });
  });
});

interface Seen {
  readonly runs: readonly string[];
  readonly cancelled: number;
}
