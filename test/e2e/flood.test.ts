import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { QUESTION_LIMITS } from "#model";
import { SESSION_LOAD } from "../../src/gateway/session/load.ts";
import { hasTmux, openPane } from "../tui/support/tmux.ts";
import { until } from "../upstreams/support.ts";
import { describeOnBothStores } from "./support/both-stores.ts";
import { type Heard, openBytes } from "./support/bytes.ts";
import { pendings } from "./support/pending.ts";
import { ledgerServer, makePlace, type Place, readLedger } from "./support/place.ts";

/** All of them by `npm run test:long`. */
const ASKED = process.env.PRELOOP_TEST_ROUNDS ? 1_000 : 250;
/** So many of one session may be open; what is more is refused while they wait. */
const OPEN = QUESTION_LIMITS.session.questions;

describeOnBothStores(`a flood of ${ASKED} calls that must ask`, (build) => {
  const title = hasTmux ? "with a terminal open" : "[WITHOUT A TERMINAL: tmux is not installed]";
  describe(title, () => {
    test("S-52 S-85 opens as many questions as people can look through, which end with the session that is frozen", {
      timeout: 180_000,
    }, async () => {
      const here = await build.place({ servers: ledgerServer, approvals: { patience: { "*": "10m" } } });
      const agent = await openBytes(here);
      const ids = Array.from({ length: ASKED }, (_, at) => at);
      for (const id of ids) agent.call(id, "led__write", `{"note":"${id}"}`);
      const asked = await pendings(here, OPEN);
      expect(asked).toHaveLength(OPEN);
      const [first] = asked;
      if (hasTmux) await lookThrough(here);
      const froze = await here.run("sessions", "freeze", String(first!.session));
      expect(froze).toMatchObject({ status: 0 });
      const statuses = await Promise.all(ids.map(async (id) => statusOf(await agent.answer(id))));
      expect(statuses.filter((status) => status === "superseded")).toHaveLength(OPEN);
      expect(statuses.filter((status) => status === "refused")).toHaveLength(ASKED - OPEN);
      expect(JSON.parse((await here.run("approvals", "list", "--json")).stdout)).toEqual([]);
      expect(await readLedger(here)).toEqual([]);
      await agent.close();
    });
  });
});

function statusOf({ result }: Heard): unknown {
  const meta = result?._meta as { "preloop/call"?: { status?: string } } | undefined;
  return meta?.["preloop/call"]?.status;
}

async function lookThrough({ program, env }: Place): Promise<void> {
  const pane = openPane({ command: `${program.join(" ")} approvals; echo status $?`, env });
  await pane.sees(`${OPEN} waiting`);
  const [first] = /note: "\d+"/.exec(await pane.sees(/note: "\d+"/))!;
  pane.keys("j");
  await pane.loses(first);
  pane.keys("q");
  await pane.sees("status 0");
}

test("S-88 a client that calls without end is refused what is too much, and its other calls go on", async () => {
  const here = await makePlace({
    servers: (folder) => ledgerServer(folder, 600_000),
    policy: { default: "allow" },
  });
  onTestFinished(here.remove);
  const agent = await openBytes(here);
  for (let id = 0; id <= SESSION_LOAD.requests; id++) agent.call(id, "led__read", `{"note":"${id}"}`);
  expect(await agent.answer(SESSION_LOAD.requests)).toMatchObject({
    error: { code: -32603, message: expect.stringContaining("This session has 2000 requests under way") },
  });
  agent.say('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":0}}');
  await until(async () => {
    agent.call("next", "led__read", '{"note":"next"}');
    await sleep(100);
    return (await readLedger(here)).some((line) => line.arguments.note === "next");
  }, "there is room for the next call");
  await agent.close();
});
