import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { promise } from "./requirements.ts";
import { describeOnBothStores } from "./support/both-stores.ts";
import { CLIENTS } from "./support/clients.ts";
import { nextPending } from "./support/pending.ts";
import { ledgerServer, npmServers, readLedger } from "./support/place.ts";

describeOnBothStores("the main job", (build) => {
  describe.for(CLIENTS)("with a client of %s", (kind) => {
    test(promise("merge", "the three npm servers"), async () => {
      const here = await build.place({ servers: npmServers, policy: { default: "allow" } });
      await writeFile(path.join(here.folder, "hello.txt"), "hello from disk");
      const agent = await build.client(here, kind);
      // A server that is slow to start is announced later; a busy machine makes any server slow.
      await expect
        .poll(() => agent.listTools(), { timeout: 20_000 })
        .toEqual(
          expect.arrayContaining(["everything__echo", "files__read_text_file", "memory__create_entities"]),
        );
      expect((await agent.call("everything__echo", { message: "hi" })).text).toContain("hi");
      const file = path.join(here.folder, "hello.txt");
      expect((await agent.call("files__read_text_file", { path: file })).text).toContain("hello from disk");
      const entities = [{ name: "preloop", entityType: "program", observations: ["asks first"] }];
      expect((await agent.call("memory__create_entities", { entities })).text).toContain("asks first");
    });

    test(promise("waits"), async () => {
      const here = await build.place({ servers: ledgerServer });
      const agent = await build.client(here, kind);
      const answer = agent.call("led__write", { note: "once" });
      const approval = await nextPending(here);
      expect(approval).toMatchObject({
        server: "led",
        tool: "write",
        arguments: { note: "once" },
        client: "test-client",
      });
      expect(await readLedger(here)).toEqual([]);
      expect(await here.run("approvals", "approve", approval.id)).toMatchObject({ status: 0 });
      expect(await answer).toMatchObject({ text: "write done" });
      expect(await readLedger(here)).toMatchObject([{ tool: "write", arguments: { note: "once" } }]);
    });

    test(promise("deny"), async () => {
      const here = await build.place({ servers: ledgerServer });
      const agent = await build.client(here, kind);
      const answer = agent.call("led__drop", { note: "all" });
      const { id } = await nextPending(here);
      await here.run("approvals", "deny", id, "--reason", "use the staging table");
      const denied = await answer;
      expect(denied).toMatchObject({ isError: true, meta: { status: "denied", approvalId: id } });
      expect(denied.text).toContain("use the staging table");
      expect(await readLedger(here)).toEqual([]);
    });
  });

  test(promise("second"), async () => {
    const here = await build.place({ servers: ledgerServer });
    const agent = await build.client(here);
    const answer = agent.call("led__write", { note: "x" });
    const { id } = await nextPending(here);
    await here.run("approvals", "approve", id);
    await answer;
    const second = await here.run("approvals", "deny", id, "--reason", "too late");
    expect(second.status).toBe(4);
    expect(second.stderr).toMatch(/already.*local:/i);
  });

  test("every call is written down, and the chain verifies", async () => {
    const policy = { rules: [{ name: "reads", tool: "led__read", action: "allow" }] };
    const here = await build.place({ servers: ledgerServer, policy });
    const agent = await build.client(here);
    await agent.call("led__read", { note: "a" });
    const asked = agent.call("led__write", { note: "b", token: "ghp_abcdefghijklmnopqrstuvwxyz0123456789" });
    const { id } = await nextPending(here);
    await here.run("approvals", "approve", id);
    await asked;
    const { stdout } = await here.run("audit", "list", "--json");
    const records = JSON.parse(stdout) as Record<string, unknown>[];
    expect(records.map(({ tool, action, outcome }) => ({ tool, action, outcome }))).toEqual([
      { tool: "read", action: "allow", outcome: "ok" },
      { tool: "write", action: "ask", outcome: "ok" },
    ]);
    expect(stdout).not.toContain("ghp_abcdef");
    expect(await readFile(path.join(here.folder, "ledger"), "utf8")).toContain("ghp_abcdef");
    expect(await here.run("audit", "verify")).toMatchObject({ status: 0 });
  });
});
