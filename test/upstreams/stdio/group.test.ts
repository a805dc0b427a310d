import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAlive } from "#base";
import { fixture, until } from "../support.ts";

const root = path.join(import.meta.dirname, "../../..");
// Inside the project, so that the bundle finds the packages it imports.
const bundle = path.join(mkdtempSync(path.join(root, "node_modules/.preloop-test-")), "upstreams.mjs");

beforeAll(async () => {
  await build({
    entryPoints: [path.join(root, "src/upstreams/index.ts")],
    outfile: bundle,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    conditions: ["preloop-src"],
    logLevel: "error",
  });
});

afterAll(() => rmSync(path.dirname(bundle), { recursive: true }));

/** Starts a process with an upstream and its grandchild that ignores SIGTERM; resolves with the ids of all three. */
async function family(mode = "wait") {
  const servers = JSON.stringify([fixture("legacy-server.mjs")]);
  const [command = "", ...args] = [process.execPath, ...fixture("parent.mjs", bundle, servers, mode).args];
  const parent = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
  return { parent, pids: JSON.parse(line) as number[] };
}

describe("when preloop itself ends", () => {
  test.for(["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"] as const)(
    "by %s, nothing is left of its servers",
    async (signal) => {
      const { parent, pids } = await family();
      expect(pids.map(isAlive)).toEqual([true, true]);
      parent.kill(signal);
      const [, by] = await once(parent, "exit");
      expect(by).toBe(signal);
      await until(() => !pids.some(isAlive), "all are gone");
    },
  );

  test.for(["exit", "throw"])("by %s, nothing is left of its servers", async (mode) => {
    const { pids } = await family(mode);
    await until(() => !pids.some(isAlive), "all are gone");
  });
});
