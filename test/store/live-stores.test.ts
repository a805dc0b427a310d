import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLog } from "#base";
import { noteLiveStore, readLiveStores } from "#store";

describe("live sessions", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), "preloop-live-"));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  test("note their store until they end, for their user alone", () => {
    const takeBack = noteLiveStore(home, "postgresql://ana@db/preloop", silentLog);
    const also = noteLiveStore(home, "the embedded store in /home/ana", silentLog);
    const stores = () => readLiveStores(home).map(({ store }) => store);
    expect(new Set(stores())).toEqual(
      new Set(["postgresql://ana@db/preloop", "the embedded store in /home/ana"]),
    );
    const [file] = readdirSync(path.join(home, "live"));
    expect(statSync(path.join(home, "live", file!)).mode & 0o077).toBe(0);
    takeBack();
    expect(readLiveStores(home)).toMatchObject([
      { pid: process.pid, store: "the embedded store in /home/ana" },
    ]);
    also();
    expect(readLiveStores(home)).toEqual([]);
  });

  test("that died, and notes that are none, are forgotten", () => {
    noteLiveStore(home, "postgresql://ana@db/preloop", silentLog);
    const [name = ""] = readdirSync(path.join(home, "live"));
    const note = readFileSync(path.join(home, "live", name), "utf8");
    writeFileSync(path.join(home, "live", "dead.json"), note.replace(String(process.pid), "4194999"));
    writeFileSync(path.join(home, "live", "junk.json"), "junk");
    expect(readLiveStores(home)).toHaveLength(1);
    expect(readdirSync(path.join(home, "live"))).toEqual([name]);
  });

  test("are none where there is no home, and a home that cannot be written is no reason to fail", () => {
    expect(readLiveStores("/nonexistent/home")).toEqual([]);
    const file = path.join(home, "file");
    writeFileSync(file, "");
    expect(() => noteLiveStore(file, "x", silentLog)()).not.toThrow();
  });
});
