import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import {
  Client as ModernClient,
  StreamableHTTPClientTransport as ModernHttp,
} from "@modelcontextprotocol/client";
import { Client as V1Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as V1Http } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../upstreams/support.ts";
import { promise } from "./requirements.ts";
import { describeOnBothStores } from "./support/both-stores.ts";
import { adapt, CLIENTS, type ClientKind, type TestClient } from "./support/clients.ts";
import { startHttp } from "./support/over-http.ts";
import { nextPending } from "./support/pending.ts";
import { ledgerServer, makePlace, readLedger } from "./support/place.ts";
import { processesNaming } from "./support/processes.ts";

async function connect(kind: ClientKind, url: string): Promise<TestClient> {
  const info = { name: "test-client", version: "1" };
  if (kind === "SDK v1") {
    const client = new V1Client(info);
    await client.connect(new V1Http(new URL(url)) as never);
    return adapt(client as never, () => null);
  }
  const mode = kind === "SDK v2, modern era" ? { pin: "2026-07-28" } : "legacy";
  const client = new ModernClient(info, { versionNegotiation: { mode } } as never);
  await client.connect(new ModernHttp(new URL(url)));
  return adapt(client as never, () => null);
}

describeOnBothStores("preloop --http", (build) => {
  test.for(CLIENTS)(`${promise("waits")}, over HTTP: %s`, async (kind) => {
    const here = await build.place({ servers: ledgerServer });
    const preloop = await startHttp(here);
    onTestFinished(async () => void (await preloop.stop()));
    const agent = await connect(kind, preloop.url);
    // A busy machine makes any server slow; what comes late is listed the next time.
    await expect
      .poll(() => agent.listTools(), { timeout: 20_000 })
      .toEqual(expect.arrayContaining(["led__read", "led__write"]));
    const told: string[] = [];
    const answer = agent.call(
      "led__write",
      { note: "once" },
      { onprogress: ({ message }) => void told.push(message ?? "") },
    );
    const approval = await nextPending(here);
    expect(approval).toMatchObject({ server: "led", tool: "write", client: "test-client" });
    expect(await readLedger(here)).toEqual([]);
    expect(await here.run("approvals", "approve", approval.id)).toMatchObject({ status: 0 });
    expect(await answer).toMatchObject({ text: "write done" });
    expect(await readLedger(here)).toHaveLength(1);
    expect(told.join()).toContain(approval.id);
    await agent.close();
  });
});

test(promise("reap", "over HTTP"), async () => {
  const here = await makePlace({ servers: ledgerServer, policy: { default: "allow" } });
  onTestFinished(() => here.remove());
  const preloop = await startHttp(here);
  onTestFinished(async () => void (await preloop.stop()));
  const [one, two] = [await connect("SDK v1", preloop.url), await connect("SDK v2, modern era", preloop.url)];
  expect((await one.call("led__read", { note: "1" })).text).toBe("read done");
  expect((await two.call("led__read", { note: "2" })).text).toBe("read done");
  const servers = () => processesNaming(`${here.folder}/ledger`);
  expect(await servers()).toHaveLength(2);
  expect(await preloop.stop()).toBe(0);
  await until(async () => (await servers()).length === 0, "the servers are gone");
});

test("a port that is taken is named, with what to do", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void taken.close());
  await new Promise((resolve) => taken.once("listening", resolve));
  const { port } = taken.address() as AddressInfo;
  const here = await makePlace({});
  onTestFinished(() => here.remove());
  const refused = await here.run("--http", "--port", String(port));
  expect(refused).toMatchObject({ status: 2 });
  expect(refused.stderr).toContain(`127.0.0.1:${port}`);
  expect(await here.run("--http", "--port", "99999")).toMatchObject({ status: 2 });
  expect(await here.run("--port", "7717")).toMatchObject({ status: 2 });
});
