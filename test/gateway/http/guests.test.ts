import { describe, expect, test } from "vitest";
import { createGuests } from "../../../src/gateway/http/guests.ts";
import { until } from "../../upstreams/support.ts";

const one = { address: "here", name: "one" };

function house(idleMs: number, max = 2) {
  const closed: string[] = [];
  const guests = createGuests<{ name: string; close(): Promise<void> }>({ idleMs, max });
  const open = (name: string) => async () => ({ name, close: async () => void closed.push(name) });
  return {
    closed,
    guests,
    enter: (name: string) => guests.enterOrOpen(name, { address: "here", name }, open(name)),
  };
}

describe("the sessions of an HTTP face", () => {
  test("are opened once, however many requests come for one at the same time", async () => {
    const { guests, enter } = house(60_000);
    const [one, two] = await Promise.all([enter("a"), enter("a")]);
    expect(one.guest).toBe(two.guest);
    expect((await guests.enter("a"))?.guest).toBe(one.guest);
    expect(guests.enter("b")).toBeUndefined();
  });

  test("are closed when nobody has used them for a while, and not before", async () => {
    const { closed, guests, enter } = house(10);
    const [busy, idle] = [await enter("busy"), await enter("idle")];
    idle.leave();
    await until(() => closed.length > 0, "the idle session is closed");
    expect(closed).toEqual(["idle"]);
    expect(guests.enter("idle")).toBeUndefined();
    expect(await guests.enter("busy")).toMatchObject({ guest: busy.guest });
  });

  test("make room for new ones while one is idle, what was never used first", async () => {
    const { closed, enter } = house(60_000);
    for (const name of ["a", "a", "a", "b"]) (await enter(name)).leave();
    await enter("c");
    await until(() => closed.length > 0, "one session is closed");
    expect(closed).toEqual(["b"]);
    await enter("a");
    await expect(enter("d")).rejects.toMatchObject({ code: "sessions_full" });
  });

  test("are neither closed nor make room while something goes on in them", async () => {
    const closed: string[] = [];
    let isBusy = true;
    const guests = createGuests({ idleMs: 10, max: 1 });
    const open = async () => ({ isBusy: () => isBusy, close: async () => void closed.push("a") });
    (await guests.enterOrOpen("a", one, open)).leave();
    await expect(guests.enterOrOpen("b", one, open)).rejects.toMatchObject({ code: "sessions_full" });
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(closed).toEqual([]);
    isBusy = false;
    await until(() => closed.length > 0, "the session is closed when it is over");
  });

  test("that could not be opened are tried anew", async () => {
    const { guests, enter } = house(60_000);
    const failing = guests.enterOrOpen("a", one, () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(await enter("a")).toMatchObject({ guest: { name: "a" } });
  });

  test("are all closed at the end", async () => {
    const { closed, guests, enter } = house(60_000);
    await Promise.all([enter("a"), enter("b")]);
    await guests.close();
    expect(closed.sort()).toEqual(["a", "b"]);
  });
});
