import { expect, test } from "vitest";
import { isWhole } from "#model";
import { newScene } from "../../approvals/support.ts";
import { describeStores } from "../../support/stores.ts";

const long = (length: number) => `{"path":"/tmp/a","text":"${"ü".repeat(length)}"}`;

describeStores("a listing of approvals", (open) => {
  test("has all of small ones and the beginning of long ones, with their size [S-86]", async () => {
    const { ask, deciders } = newScene(await open());
    const small = await ask();
    const { id } = await ask({ argsText: long(1_000_000) });
    const [first, second] = await deciders.list();
    expect(first).toEqual(small);
    if (isWhole(second!)) throw new Error("A long one was listed whole");
    expect(second).toMatchObject({ id, argsBytes: 2_000_027 });
    expect(second!.argsHead).toHaveLength(8_192);
    expect(long(1_000_000).startsWith(second!.argsHead)).toBe(true);
    expect(second).not.toHaveProperty("proposedArgs");
    expect(second).not.toHaveProperty("effectiveArgs");
    expect((await deciders.get(id)).effectiveArgs).toBe(long(1_000_000));
  });

  test("is as short for what a person edited, and for what the agent said of it [S-86]", async () => {
    const { ask, deciders } = newScene(await open());
    const edited = await ask();
    const edit = { id: edited.id, decider: "local:bo", verdict: "approve", args: long(10_000) } as const;
    await deciders.decide(edit);
    await ask({ justification: "because ".repeat(10_000) });
    for (const listed of await deciders.list()) {
      expect(isWhole(listed)).toBe(false);
      expect(JSON.stringify(listed).length).toBeLessThan(20_000);
    }
  });

  test("is the newest of those asked for, oldest first", async () => {
    const { ask, deciders } = newScene(await open());
    const ids: string[] = [];
    for (let count = 0; count < 4; count++) ids.push((await ask()).id);
    const listed = async (filter: object) => (await deciders.list(filter)).map(({ id }) => id);
    expect(await listed({ limit: 2 })).toEqual(ids.slice(2));
    expect(await listed({ limit: 2, before: ids[2] })).toEqual(ids.slice(0, 2));
    expect(await listed({ ids: [ids[3], ids[0]] })).toEqual([ids[0], ids[3]]);
  });
});
