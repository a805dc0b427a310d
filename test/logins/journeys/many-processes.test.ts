import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { buildFixture } from "../../support/start-source.ts";
import { describeStores } from "../../support/stores.ts";
import { guardedServer, keyOf, logInAt, SECRET, tokensAt } from "../support.ts";

const PROCESSES = 8;
let program = "";
beforeAll(async () => {
  program = await buildFixture("token-renewer");
});

describeStores("a login that eight processes renew at once", (_open, _kind, create) => {
  test("is renewed once, and all of them get the new token", { timeout: 120_000 }, async () => {
    const [{ url, home, open }, server] = await Promise.all([create(), guardedServer("slow=300")]);
    const db = await open();
    await logInAt(db, server.url);
    const refused = (await tokensAt(db, server.url).renew(undefined))!;
    const task = { store: { url, home }, at: keyOf(server.url), refused, key: SECRET.toString() };
    const children = Array.from({ length: PROCESSES }, () => {
      const child = spawn(process.execPath, [program, JSON.stringify(task)], {
        stdio: ["pipe", "pipe", "inherit"],
      });
      onTestFinished(() => void child.kill("SIGKILL"));
      const lines = createInterface({ input: child.stdout });
      return { child, ready: once(lines, "line"), lines };
    });
    await Promise.all(children.map(({ ready }) => ready));
    const answers = children.map(({ lines }) => once(lines, "line"));
    for (const { child } of children) child.stdin.write("go\n");
    const tokens = (await Promise.all(answers)).map(([line]) => line as string);
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).toMatch(/^at-/);
    expect(tokens[0]).not.toBe(refused);
    expect(await server.stats()).toMatchObject({ refreshed: 1, reused: 0, refused: [] });
  });
});
