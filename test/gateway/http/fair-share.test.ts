import { describe, expect, test } from "vitest";
import { evictionFor } from "../../../src/gateway/http/fair-share.ts";

const shares = { max: 8, each: 4 };

/** `count` sessions of one name, the longest unused first. */
function held(
  name: string,
  count: number,
  change: { uses?: number; isIdle?: boolean; address?: string } = {},
) {
  const { uses = 9, isIdle = true, address = "here" } = change;
  return Array.from({ length: count }, (_, at) => ({
    owner: { address, name },
    uses,
    isIdle,
    id: `${name}${at}`,
  }));
}
const newcomer = (name: string, address = "here") => ({ address, name });

describe("a newcomer among the sessions of an HTTP face", () => {
  test("takes free room from nobody", () => {
    expect(evictionFor([...held("a", 3), ...held("b", 4)], newcomer("a"), shares)).toBeUndefined();
  });

  test("of a name that has its share takes from that name alone, its longest unused [S-87]", () => {
    expect(evictionFor([...held("a", 1), ...held("b", 4)], newcomer("b"), shares)).toMatchObject({
      id: "b0",
    });
  });

  test("of a name that has its share in use is refused, though others are idle [S-87]", () => {
    const rooms = [...held("a", 1), ...held("b", 4, { isIdle: false })];
    expect(() => evictionFor(rooms, newcomer("b"), shares)).toThrow("All 4 sessions one client may have");
  });

  test("takes from whoever has most, and not from whoever has been idle longest [S-87]", () => {
    const rooms = [...held("quiet", 1), ...held("a", 3), ...held("b", 4)];
    expect(evictionFor(rooms, newcomer("c"), shares)).toMatchObject({ id: "b0" });
  });

  test("takes what was opened and never used first, the latest of it [S-87]", () => {
    const rooms = [
      ...held("quiet", 1, { uses: 2 }),
      ...held("a", 4),
      ...held("b", 1),
      ...held("c", 2, { uses: 1 }),
    ];
    expect(evictionFor(rooms, newcomer("d"), shares)).toMatchObject({ id: "c1" });
  });

  test("of many names is refused where each has no more than it would [S-87]", () => {
    const rooms = Array.from({ length: 8 }, (_, at) => held(`name${at}-`, 1)[0]!);
    expect(() => evictionFor(rooms, newcomer("another"), shares)).toThrow("All 8 sessions are in use");
    expect(evictionFor(rooms, newcomer("name3-"), shares)).toMatchObject({ id: "name3-0" });
  });

  test("of another address takes from the address that has most, whatever its names [S-87]", () => {
    const crowd = Array.from({ length: 7 }, (_, at) => held(`name${at}-`, 1, { address: "there" })[0]!);
    const rooms = [...held("a", 1), ...crowd];
    expect(evictionFor(rooms, newcomer("b"), shares)).toMatchObject({ id: "name0-0" });
  });

  test("never takes one in which something goes on [S-87]", () => {
    const rooms = [...held("a", 4, { isIdle: false }), ...held("b", 4, { isIdle: false, uses: 1 })];
    expect(() => evictionFor(rooms, newcomer("c"), shares)).toThrow("in use");
  });
});
