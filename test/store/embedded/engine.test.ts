import fs, { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { openEngine } from "../../../src/store/embedded/engine.ts";
import { unpackFolder } from "../../../src/store/embedded/pack.ts";
import { templateFile } from "../../../src/store/embedded/paths.ts";
import { errorIn, simpleQuery } from "../../../src/store/embedded/wire.ts";

test("every commit of the embedded engine reaches the disk before it is acknowledged", async () => {
  const parent = mkdtempSync(path.join(tmpdir(), "preloop-durable-"));
  const dataFolder = path.join(parent, "data");
  unpackFolder(readFileSync(templateFile()), dataFolder);
  const engine = await openEngine({
    dataFolder,
    statementMs: 60_000,
    onRun() {},
    onBroken(error) {
      throw error;
    },
  });
  const ask = async (sql: string) => expect(errorIn(await engine.run(simpleQuery(sql)))).toBe(undefined);
  const synced = vi.spyOn(fs, "fdatasyncSync");
  try {
    await ask("CREATE TABLE t (n int)");
    for (let n = 0; n < 20; n++) {
      const before = synced.mock.calls.length;
      await ask(`INSERT INTO t VALUES (${n})`);
      expect(synced.mock.calls.length).toBeGreaterThan(before);
    }
    const before = synced.mock.calls.length;
    await ask("SELECT * FROM t");
    expect(synced.mock.calls.length).toBe(before);
  } finally {
    synced.mockRestore();
    await engine.close();
    rmSync(parent, { recursive: true, force: true });
  }
});
