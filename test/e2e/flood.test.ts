import { describe, expect, test } from "vitest";
import { hasTmux, openPane } from "../tui/support/tmux.ts";
import { describeOnBothStores } from "./support/both-stores.ts";
import { openBytes } from "./support/bytes.ts";
import { pendings } from "./support/pending.ts";
import { ledgerServer, type Place, readLedger } from "./support/place.ts";

/** All of them by `npm run test:long`. */
const ASKED = process.env.PRELOOP_TEST_ROUNDS ? 1_000 : 250;

describeOnBothStores(`a flood of ${ASKED} questions`, (build) => {
  const title = hasTmux ? "with a terminal open" : "[WITHOUT A TERMINAL: tmux is not installed]";
  describe(title, () => {
    test("S-52 can be listed and looked through, and end with the session that is frozen", {
      timeout: 180_000,
    }, async () => {
      const here = await build.place({ servers: ledgerServer, approvals: { patience: { "*": "10m" } } });
      const agent = await openBytes(here);
      const ids = Array.from({ length: ASKED }, (_, at) => at);
      for (const id of ids) agent.call(id, "led__write", `{"note":"${id}"}`);
      const [first] = await pendings(here, ASKED);
      if (hasTmux) await lookThrough(here);
      const froze = await here.run("sessions", "freeze", String(first!.session));
      expect(froze).toMatchObject({ status: 0 });
      for (const id of ids) {
        const _meta = { "preloop/call": { status: "superseded" } };
        expect(await agent.answer(id)).toMatchObject({ result: { _meta } });
      }
      expect(JSON.parse((await here.run("approvals", "list", "--json")).stdout)).toEqual([]);
      expect(await readLedger(here)).toEqual([]);
      await agent.close();
    });
  });
});

async function lookThrough({ program, env }: Place): Promise<void> {
  const pane = openPane({ command: `${program.join(" ")} approvals; echo status $?`, env });
  await pane.sees(`${ASKED.toLocaleString("en")} waiting`);
  const [first] = /note: "\d+"/.exec(await pane.sees(/note: "\d+"/))!;
  pane.keys("j");
  await pane.loses(first);
  pane.keys("q");
  await pane.sees("status 0");
}
