import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import {
  type CallToolResult,
  CallToolResultSchema,
  CreateTaskResultSchema,
  ElicitRequestSchema,
  ListToolsResultSchema,
  type Task,
  TaskStatusNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { ROOT } from "../support/run-preloop.ts";
import { describeOnBothStores } from "./support/both-stores.ts";
import { nextPending } from "./support/pending.ts";
import { makePlace, type Place } from "./support/place.ts";

vi.setConfig({ testTimeout: 60_000 });

const RELATED = "io.modelcontextprotocol/related-task";
const rules = [
  { name: "free", tool: ["t__free"], action: "allow" },
  { name: "asked", tool: ["t__*"], when: "args.note.startsWith('ask')", action: "ask" },
  { name: "denied", tool: ["t__*"], when: "args.note == 'deny'", action: "deny", reason: "not today" },
];

const servers = (folder: string) => ({
  t: {
    command: process.execPath,
    args: [path.join(ROOT, "test/fixtures/task-server.mjs"), path.join(folder, "ledger")],
  },
});

const clients: Client[] = [];

interface Agent {
  readonly client: Client;
  readonly told: readonly Task[];
  readonly asked: readonly { readonly message: string; readonly taskId: unknown }[];
  /** Calls a tool as a task. */
  begin(tool: string, note: string): Promise<Task>;
  result(task: Task): Promise<CallToolResult>;
  state(task: Task): Promise<Task>;
}

async function connect(place: Place): Promise<Agent> {
  const [command, ...args] = place.program;
  const client = new Client(
    { name: "test-client", version: "1" },
    { capabilities: { elicitation: { form: {} } } },
  );
  const told: Task[] = [];
  const asked: { message: string; taskId: unknown }[] = [];
  client.setNotificationHandler(TaskStatusNotificationSchema, ({ params }) => void told.push(params));
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    asked.push({ message: params.message, taskId: params._meta?.[RELATED]?.taskId });
    return { action: "accept", content: { colour: "blue" } };
  });
  await client.connect(new StdioClientTransport({ command, args, env: place.env, cwd: place.folder }));
  clients.push(client);
  const tasks = client.experimental.tasks;
  return {
    client,
    told,
    asked,
    async begin(tool, note) {
      const params = { name: tool, arguments: { note }, task: { ttl: 60_000 } };
      return (await client.request({ method: "tools/call", params }, CreateTaskResultSchema)).task;
    },
    result: (task) => tasks.getTaskResult(task.taskId, CallToolResultSchema) as Promise<CallToolResult>,
    state: (task) => tasks.getTask(task.taskId),
  };
}

async function leave(): Promise<void> {
  await Promise.all(clients.splice(0).map((client) => client.close()));
}

const textOf = (result: CallToolResult) =>
  result.content.map((block) => "text" in block && block.text).join();

function ledgerOf(place: Place): readonly string[] {
  const file = path.join(place.folder, "ledger");
  return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
}

describeOnBothStores("a call that declares a task", (build) => {
  afterEach(leave);

  test("and waits for a person gets its task at once, runs once when approved, and has its result then", async () => {
    const place = await build.place({ servers, policy: { default: "allow", rules } });
    const agent = await connect(place);
    const task = await agent.begin("t__plain", "ask me");
    const { id } = await nextPending(place);
    expect(task).toMatchObject({
      status: "working",
      statusMessage: `Waiting for approval ${id}.`,
      ttl: 60_000,
    });
    const result = agent.result(task);
    expect(await agent.state(task)).toMatchObject({ status: "working" });
    expect(ledgerOf(place)).toEqual([]);
    expect((await place.run("approvals", "approve", id)).status).toBe(0);
    expect(await result).toMatchObject({ _meta: { [RELATED]: { taskId: task.taskId } } });
    expect(textOf(await result)).toBe("plain ask me");
    expect(textOf(await agent.result(task))).toBe("plain ask me");
    expect(await agent.state(task)).toMatchObject({ status: "completed" });
    expect(ledgerOf(place)).toEqual(["plain ask me"]);
    expect(agent.told.at(-1)).toMatchObject({ taskId: task.taskId, status: "completed" });
    const listed = await agent.client.experimental.tasks.listTasks();
    expect(listed.tasks.map(({ taskId }) => taskId)).toEqual([task.taskId]);
  });
});

describe("a call that declares a task", () => {
  let place: Place;
  beforeAll(async () => {
    place = await makePlace({ servers, policy: { default: "allow", rules } });
  });
  afterAll(() => place?.remove());
  afterEach(leave);

  test("is offered where a call may wait, or where its server knows tasks", async () => {
    const agent = await connect(place);
    expect(agent.client.getServerCapabilities()?.tasks).toEqual({
      list: {},
      cancel: {},
      requests: { tools: { call: {} } },
    });
    const { tools } = await agent.client.request({ method: "tools/list" }, ListToolsResultSchema);
    const supports = Object.fromEntries(tools.map(({ name, execution }) => [name, execution?.taskSupport]));
    expect(supports).toEqual({
      t__free: "forbidden",
      t__plain: "optional",
      t__slow: "optional",
      t__must: "optional",
      t__never: "optional",
      t__asks: "optional",
    });
  });

  test("and is denied by a person never runs, and its result says so", async () => {
    const agent = await connect(place);
    const task = await agent.begin("t__slow", "ask me");
    const { id } = await nextPending(place);
    await place.run("approvals", "deny", id, "--reason", "not on a Friday");
    const result = await agent.result(task);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toContain("not on a Friday");
    expect(await agent.state(task)).toMatchObject({ status: "failed" });
    expect(ledgerOf(place)).toEqual([]);
  });

  test("and is cancelled while it waits takes the question back, and a later yes is none", async () => {
    const agent = await connect(place);
    const task = await agent.begin("t__plain", "ask me");
    const { id } = await nextPending(place);
    expect(await agent.client.experimental.tasks.cancelTask(task.taskId)).toMatchObject({
      status: "cancelled",
    });
    const late = await place.run("approvals", "approve", id);
    expect(late.status).not.toBe(0);
    expect(late.stderr).toContain("cancelled");
    await expect(agent.result(task)).rejects.toMatchObject({ code: -32800 });
    await expect(agent.client.experimental.tasks.cancelTask(task.taskId)).rejects.toMatchObject({
      code: -32602,
    });
    expect(ledgerOf(place)).toEqual([]);
  });

  test("passes policy, a freeze and the audit like any other", async () => {
    const agent = await connect(place);
    const denied = await agent.begin("t__slow", "deny");
    expect(denied.status).toBe("working");
    expect(textOf(await agent.result(denied))).toContain("not today");
    await expect(agent.begin("t__no_such_tool", "x")).rejects.toMatchObject({ code: -32602 });
    const waits = await agent.begin("t__plain", "ask me");
    const { id, session } = await nextPending(place);
    expect((await place.run("sessions", "freeze", session as string)).status).toBe(0);
    await place.run("approvals", "approve", id);
    expect((await agent.result(waits)).isError).toBe(true);
    const frozen = await agent.begin("t__plain", "hello");
    expect(textOf(await agent.result(frozen))).toContain("frozen");
    expect(ledgerOf(place)).toEqual([]);
    await agent.client.close();
    const calls = JSON.parse((await place.run("audit", "list", "--json")).stdout) as { outcome?: string }[];
    expect(calls.map(({ outcome }) => outcome)).not.toContain("ok");
  });
});

describe("a tool that its server runs as a task", () => {
  let place: Place;
  let agent: Agent;
  beforeAll(async () => {
    place = await makePlace({ servers, policy: { default: "allow", rules } });
    agent = await connect(place);
  });
  afterAll(async () => {
    await leave();
    await place?.remove();
  });

  test("is a task at both, under an id of our own, and one call in the audit", async () => {
    const task = await agent.begin("t__slow", "hello");
    expect(task.taskId).toHaveLength(43);
    expect(textOf(await agent.result(task))).toBe("slow hello");
    expect(await agent.result(task)).toMatchObject({ _meta: { [RELATED]: { taskId: task.taskId } } });
    expect(ledgerOf(place)).toEqual(["slow hello as a task"]);
    const calls = JSON.parse((await place.run("audit", "list", "--json")).stdout) as {
      tool: string;
      outcome: string;
    }[];
    expect(calls.filter(({ tool }) => tool === "slow")).toMatchObject([{ outcome: "ok" }]);
  });

  test("tells of its progress while nobody waits on its request", async () => {
    const heard: number[] = [];
    const params = { name: "t__slow", arguments: { note: "progress" }, task: {} };
    const onprogress = ({ progress }: { progress: number }) => void heard.push(progress);
    const request = { method: "tools/call" as const, params };
    const { task } = await agent.client.request(request, CreateTaskResultSchema, { onprogress });
    expect(textOf(await agent.result(task))).toBe("slow progress");
    expect(heard).toEqual([1]);
  });

  test("is asked about before its server hears of it", async () => {
    const task = await agent.begin("t__slow", "ask first");
    const { id } = await nextPending(place);
    expect(ledgerOf(place)).not.toContain("slow ask first as a task");
    await place.run("approvals", "approve", id);
    expect(textOf(await agent.result(task))).toBe("slow ask first");
    expect(ledgerOf(place).filter((line) => line === "slow ask first as a task")).toHaveLength(1);
  });

  test("is run as one for a caller that wants none, where it must be", async () => {
    const call = { name: "t__must", arguments: { note: "hello" } };
    const result = (await agent.client.callTool(call)) as CallToolResult;
    expect(textOf(result)).toBe("must hello");
    expect(result._meta?.[RELATED]).toBeUndefined();
    expect(ledgerOf(place)).toContain("must hello as a task");
  });

  test("asks the client's person in the name of the client's task", async () => {
    const task = await agent.begin("t__asks", "x");
    expect(textOf(await agent.result(task))).toBe("blue");
    expect(agent.asked).toEqual([{ message: "[t] Which colour?", taskId: task.taskId }]);
  });

  test("is cancelled at its server", async () => {
    const task = await agent.begin("t__never", "x");
    await agent.client.experimental.tasks.cancelTask(task.taskId);
    await expect.poll(() => ledgerOf(place), { timeout: 20_000 }).toContain("never x cancelled");
    expect(await agent.state(task)).toMatchObject({ status: "cancelled" });
  });

  test("that fails is a task that failed, with the tool's own words", async () => {
    const task = await agent.begin("t__plain", "bad");
    expect(await agent.result(task)).toMatchObject({ isError: true });
    expect(await agent.state(task)).toMatchObject({ status: "failed", statusMessage: "it went wrong" });
  });

  test("is nobody else's: an id that was not given is unknown", async () => {
    const theirs = { taskId: "0123456789abcdef" } as Task;
    await expect(agent.state(theirs)).rejects.toMatchObject({ code: -32602 });
    await expect(agent.result(theirs)).rejects.toMatchObject({ code: -32602 });
  });
});
