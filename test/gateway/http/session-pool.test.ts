import { describe, expect, test } from "vitest";
import { createSessionPool } from "../../../src/gateway/http/session-pool.ts";
import { until } from "../../upstreams/support.ts";

const one = { address: "here", name: "one" };

function house(idleMs: number, max = 2) {
  const closed: string[] = [];
  const pool = createSessionPool<{ name: string; close(): Promise<void> }>({ idleMs, max });
  const open = (name: string) => async () => ({ name, close: async () => void closed.push(name) });
  return {
    closed,
    pool,
    enter: (name: string) => pool.acquireOrOpen(name, { address: "here", name }, open(name)),
  };
}

describe("the sessions of an HTTP endpoint", () => {
  test("are opened once, however many requests come for one at the same time", async () => {
    const { pool, enter } = house(60_000);
    const [one, two] = await Promise.all([enter("a"), enter("a")]);
    expect(one.pooled).toBe(two.pooled);
    expect((await pool.acquire("a"))?.pooled).toBe(one.pooled);
    expect(pool.acquire("b")).toBeUndefined();
  });

  test("are closed when nobody has used them for a while, and not before", async () => {
    const { closed, pool, enter } = house(10);
    const [busy, idle] = [await enter("busy"), await enter("idle")];
    idle.release();
    await until(() => closed.length > 0, "the idle session is closed");
    expect(closed).toEqual(["idle"]);
    expect(pool.acquire("idle")).toBeUndefined();
    expect(await pool.acquire("busy")).toMatchObject({ pooled: busy.pooled });
  });

  test("make room for new ones while one is idle, what was never used first", async () => {
    const { closed, enter } = house(60_000);
    for (const name of ["a", "a", "a", "b"]) (await enter(name)).release();
    await enter("c");
    await until(() => closed.length > 0, "one session is closed");
    expect(closed).toEqual(["b"]);
    await enter("a");
    await expect(enter("d")).rejects.toMatchObject({ code: "sessions_full" });
  });

  test("are neither closed nor make room while something goes on in them", async () => {
    const closed: string[] = [];
    let isBusy = true;
    const pool = createSessionPool({ idleMs: 10, max: 1 });
    const open = async () => ({ isBusy: () => isBusy, close: async () => void closed.push("a") });
    (await pool.acquireOrOpen("a", one, open)).release();
    await expect(pool.acquireOrOpen("b", one, open)).rejects.toMatchObject({ code: "sessions_full" });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(closed).toEqual([]);
    isBusy = false;
    await until(() => closed.length > 0, "the session is closed when it is over");
  });

  test("that could not be opened are tried anew", async () => {
    const { pool, enter } = house(60_000);
    const failing = pool.acquireOrOpen("a", one, () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(await enter("a")).toMatchObject({ pooled: { name: "a" } });
  });

  test("are all closed at the end", async () => {
    const { closed, pool, enter } = house(60_000);
    await Promise.all([enter("a"), enter("b")]);
    await pool.close();
    expect(closed.sort()).toEqual(["a", "b"]);
  });
});
