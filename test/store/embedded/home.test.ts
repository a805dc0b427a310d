import { chmodSync, chownSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLog } from "#base";
import { openStore } from "#store";
import { makeHome, removeHome } from "../../support/embedded.ts";

const isRoot = process.getuid?.() === 0;

describe("a home", () => {
  let parent: string;
  beforeEach(async () => {
    parent = await makeHome();
  });
  afterEach(async () => {
    if (existsSync(path.join(parent, "home"))) await removeHome(path.join(parent, "home"));
    rmSync(parent, { recursive: true, force: true });
  });

  const open = () => openStore({ home: path.join(parent, "home"), log: silentLog });
  const make = (name = "home") => {
    mkdirSync(path.join(parent, name), { recursive: true, mode: 0o700 });
    return path.join(parent, name);
  };
  const refused = (message: RegExp) =>
    expect(open()).rejects.toMatchObject({ code: "home_unusable", message: expect.stringMatching(message) });

  test("that others may write to is refused with the way out", async () => {
    chmodSync(make(), 0o777);
    await refused(/chmod 700/);
  });

  test("that is a link is refused", async () => {
    symlinkSync(make("elsewhere"), path.join(parent, "home"));
    await refused(/is a link/);
  });

  test("that is a file is refused", async () => {
    writeFileSync(path.join(parent, "home"), "");
    await refused(/in its way/);
  });

  test("whose folder of sockets is a link is refused", async () => {
    symlinkSync(make("elsewhere"), path.join(make(), "run"));
    await refused(/run must be a folder/);
  });

  test("whose data is a link is refused", async () => {
    symlinkSync(make("elsewhere"), path.join(make(), "pgdata"));
    await refused(/pgdata must be a folder/);
  });

  test("whose folder of sockets others may look into is refused", async () => {
    mkdirSync(path.join(make(), "run"));
    chmodSync(path.join(parent, "home", "run"), 0o755);
    await refused(/chmod 700/);
  });

  test.runIf(isRoot)("of another user is refused", async () => {
    chownSync(make(), 65534, 65534);
    await refused(/belongs to another user/);
  });

  test.runIf(isRoot)("with another user's folder in it is refused", async () => {
    mkdirSync(path.join(make(), "run"), { mode: 0o700 });
    chownSync(path.join(parent, "home", "run"), 65534, 65534);
    await refused(/belongs to another user/);
  });

  test("with a path too long for a socket works all the same", async () => {
    const home = path.join(
      parent,
      "home",
      ..."x"
        .repeat(4)
        .split("")
        .map(() => "a-long-name-of-a-folder-in-a-home"),
    );
    for (let attempt = 0; attempt < 2; attempt++) {
      const db = await openStore({ home, log: silentLog });
      expect(await db.rows("SELECT 1 AS one")).toEqual([{ one: 1 }]);
      await db.close();
    }
    await removeHome(home);
  });

  test("is made when it is missing, with the folders above it", async () => {
    const home = path.join(parent, "home", "not", "there");
    const db = await openStore({ home, log: silentLog });
    expect(await db.rows("SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await db.close();
    await removeHome(home);
  });
});
