import { writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { never, newScene, preconditions } from "../../approvals/support.ts";
import { buildFixture } from "../../support/start-source.ts";
import { describeStores, type TestStore } from "../../support/stores.ts";
import { aLook, hasTmux, openPane } from "../support/tmux.ts";

// Real processes, on machines that may be busy.
vi.setConfig({ testTimeout: 60_000 });

let program: string;
beforeAll(async () => {
  if (hasTmux) program = await buildFixture("tui-on-store");
});

function open({ url, home }: TestStore) {
  // Through a file: the words pass two shells, and a URL has what shells read.
  const file = path.join(path.dirname(program), `start-${process.pid}.sh`);
  const store = JSON.stringify({ url, home }).replaceAll("'", "'\\''");
  writeFileSync(
    file,
    `'${process.execPath}' '${program}' '${store}'\nstatus=$?\nsleep 1\necho status $status\nstty -a\n`,
  );
  return openPane({ command: `sh ${file}` });
}

describeStores("approvals by keys", (_open, _kind, create) => {
  describe.skipIf(!hasTmux)(
    hasTmux ? "in a terminal" : "in a terminal [SKIPPED: tmux is not installed]",
    () => {
      test("a row that an agent waits on is approved by a key, and then runs once", async () => {
        const store = await create();
        const scene = newScene(await store.open());
        const { id } = await scene.ask({ argsText: '{"path":"/tmp/report.txt","text":"hello"}' });
        const settled = scene.caller.waitForDecision(id, { untilMs: 60_000, signal: never });
        const pane = open(store);
        await pane.sees('"/tmp/report.txt"');
        await aLook();
        pane.keys("a");
        await pane.sees(`approved ${id}`);
        expect(await settled).toMatchObject({ status: "approved", decidedBy: "local:ana" });
        expect((await scene.caller.begin(id, preconditions)).run).toBe(true);
        expect((await scene.caller.begin(id, preconditions)).run).toBe(false);
        pane.keys("q");
        await pane.sees("status 0");
        await scene.caller.leave();
      });

      test("what is asked while the screen is open appears, and a denial with its reason reaches the caller", async () => {
        const store = await create();
        const scene = newScene(await store.open());
        const pane = open(store);
        await pane.sees("Nothing waits for you.");
        const { id } = await scene.ask();
        await pane.sees("1 waiting");
        await aLook();
        pane.keys("d");
        await pane.sees("the agent will read this");
        pane.burst("use staging");
        await pane.sees("> use staging");
        pane.keys("Enter");
        await pane.sees(`denied ${id}`);
        const settled = await scene.caller.waitForDecision(id, { untilMs: 60_000, signal: never });
        expect(settled).toMatchObject({ status: "denied", reason: "use staging" });
        await scene.caller.leave();
      });

      test("S-06 what another person decides first is shown, and the key decides nothing", async () => {
        const store = await create();
        const scene = newScene(await store.open());
        const { id } = await scene.ask();
        const pane = open(store);
        await pane.sees("1 waiting");
        await scene.deciders.decide({ id, decider: "local:bo", verdict: "deny", reason: "no" });
        await pane.sees("already denied");
        await aLook();
        pane.keys("a");
        await aLook();
        expect(await scene.deciders.get(id)).toMatchObject({ status: "denied", decidedBy: "local:bo" });
        await scene.caller.leave();
      });

      test("kill -9 of the screen leaves the approval pending and the terminal usable", async () => {
        const store = await create();
        const scene = newScene(await store.open());
        const { id } = await scene.ask();
        const pane = open(store);
        await pane.sees("1 waiting");
        process.kill(Number(/pid (\d+)\./.exec(pane.bytes())![1]), "SIGKILL");
        await pane.sees("status 137");
        await expect.poll(() => pane.isAlternate(), { timeout: 10_000 }).toBe(false);
        expect(await scene.deciders.get(id)).toMatchObject({ status: "pending" });
        await scene.caller.leave();
      });
    },
  );
});
