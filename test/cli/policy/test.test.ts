import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { describeOnBothStores } from "../../e2e/support/both-stores.ts";
import { ledgerServer } from "../../e2e/support/place.ts";

const rules = [
  { name: "shadow", tool: "led__drop", action: "deny", mode: "observe" },
  { name: "all", tool: "led__*", action: "allow" },
];

describeOnBothStores("policy test", (build) => {
  test("shows which recorded calls a changed policy decides otherwise, and what shadow rules saw", {
    timeout: 90_000,
  }, async () => {
    const here = await build.place({ servers: ledgerServer, policy: { rules } });
    const agent = await build.client(here);
    await agent.call("led__read", { note: "a" });
    await agent.call("led__drop", { note: "b", token: "ghp_abcdefghijklmnopqrstuvwxyz0123456789" });
    await agent.call("led__drop", { note: "x".repeat(5_000) });
    await agent.close();
    const file = path.join(here.folder, "calls.ndjson");
    expect(await here.run("audit", "export", file)).toMatchObject({ status: 0 });
    const drops = (await readFile(file, "utf8"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line))
      .slice(1);
    expect(drops[0]).toMatchObject({
      tool: "drop",
      outcome: "ok",
      observed: [{ rule: "shadow", action: "deny" }],
    });

    const same = await here.run("policy", "test", file, "--json");
    expect(JSON.parse(same.stdout)).toMatchObject({ calls: 3, same: 3, changed: 0, changes: [] });
    const config = JSON.parse(await readFile(here.config, "utf8"));
    const enforced = [{ ...rules[0], mode: "enforce" }, rules[1]];
    await writeFile(here.config, JSON.stringify({ ...config, policy: { rules: enforced } }));
    const { status, stdout } = await here.run("policy", "test", file);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^3 calls: 1 decided as before, 2 otherwise\n/);
    expect(stdout).toMatch(/allow → deny +led › drop +all → shadow +2 \(2 with arguments masked or cut\)/);
    expect(stdout).not.toContain("only observes");

    await writeFile(file, '{"tool":"x"}\n');
    const wrong = await here.run("policy", "test", file);
    expect(wrong).toMatchObject({ status: 2, stdout: "" });
    expect(wrong.stderr).toContain("calls.ndjson:1 is no record");
    expect(await here.run("policy", "test", `${file}.gone`)).toMatchObject({ status: 2 });
  });
});
