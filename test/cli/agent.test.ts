import { expect, test } from "vitest";
import { startAgent } from "../../src/cli/agent.ts";

/** A server that answers a call with the call's arguments and the name of a variable, and ends when it is told to. */
const SERVER = `
process.stderr.write("here\\n");
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize") console.log(JSON.stringify({ jsonrpc: "2.0", id, result: {} }));
  if (params?.name === "end") process.exit(7);
  if (params?.name === "die") process.kill(process.pid, "SIGKILL");
  if (params?.name === "refuse") console.log(JSON.stringify({ jsonrpc: "2.0", id, error: { code: 1, message: "no" } }));
  if (params?.name === "echo")
    console.log(JSON.stringify({ jsonrpc: "2.0", id, result: { ...params.arguments, env: Object.keys(process.env) } }));
});`;

const start = (command: readonly [string, ...string[]] = [process.execPath, "-e", SERVER]) => {
  const told: string[] = [];
  const agent = startAgent({
    command,
    env: { ONLY: "1" },
    onStderr: (text) => told.push(text),
    name: "test",
  });
  return { told, agent };
};

test("a scripted agent calls a server that it started, with the environment it was given alone", async () => {
  const { told, agent } = start();
  const { call, close } = await agent;
  expect(await call("echo", { a: 1 })).toEqual({ a: 1, env: ["ONLY"] });
  await expect(call("refuse", {})).rejects.toThrow("no");
  await close();
  expect(told.join("")).toBe("here\n");
});

test.for([
  ["end", "status 7"],
  ["die", "status SIGKILL"],
] as const)("a call that is open when the server ends by %s is told so", async ([tool, status]) => {
  const { call, close } = await start().agent;
  await expect(call(tool, {})).rejects.toMatchObject({
    code: "internal",
    message: `preloop ended with ${status}; its messages are above`,
  });
  await close();
});

test("a server that cannot be started is an error like any other", async () => {
  await expect(start(["/nonexistent/preloop"]).agent).rejects.toMatchObject({
    code: "internal",
    message: expect.stringContaining("ENOENT"),
  });
});
